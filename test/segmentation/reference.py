"""An independent view of scans and masks, by nibabel and numpy.

turn SCAN OUT CODES       writes a scan in another orientation, as nibabel does, placed by its qform alone
places SCAN MASK ...      prints as JSON, for each pair, both codes of both files and how far apart in mm a corner of one lies from that of the other
compare MASK SCAN OTHER   prints as JSON how MASK lies beside its SCAN, and in how many voxels it differs from OTHER, resampled to its grid (nearest)
"""

import json
import sys

import nibabel as nib
import numpy as np


def turn(scan, out, codes):
    image = nib.load(scan)
    orientations = [nib.io_orientation(image.affine), nib.orientations.axcodes2ornt(codes)]
    turned = image.as_reoriented(nib.orientations.ornt_transform(*orientations))
    written = nib.Nifti1Image(turned.get_fdata(dtype=np.float32), None)
    written.set_qform(turned.affine, 1)
    nib.save(written, out)


def places(*paths):
    def corner(image):
        return nib.affines.apply_affine(image.affine, np.array(image.header["dim"][1:4]) - 1)

    found = []
    for scan, mask in zip(paths[::2], paths[1::2]):
        scan, mask = nib.load(scan), nib.load(mask)
        codes = [[int(one.header["qform_code"]), int(one.header["sform_code"])] for one in (scan, mask)]
        found.append({"codes": codes, "apart": float(np.abs(corner(scan) - corner(mask)).max())})
    print(json.dumps(found))


def compare(mask, scan, other):
    mask, scan, other = [nib.load(path) for path in (mask, scan, other)]
    data = np.asarray(mask.dataobj)
    places = np.indices(mask.shape).reshape(3, -1)
    millimetres = nib.affines.apply_affine(mask.affine, places.T)
    nearest = np.rint(nib.affines.apply_affine(np.linalg.inv(other.affine), millimetres)).astype(int)
    inside = np.all((nearest >= 0) & (nearest < other.shape), axis=1)
    expected = np.zeros(len(nearest), data.dtype)
    expected[inside] = np.asarray(other.dataobj)[tuple(nearest[inside].T)]
    found = {
        "shape": mask.shape == scan.shape,
        "affine": float(np.abs(mask.affine - scan.affine).max()),
        "axes": "".join(nib.aff2axcodes(mask.affine)),
        "dtype": str(mask.get_data_dtype()),
        "labelled": int(np.count_nonzero(data)),
        "differing": int(np.count_nonzero(data.reshape(-1) != expected)),
        "outside": int(np.count_nonzero(~inside)),
    }
    print(json.dumps(found))


action, *arguments = sys.argv[1:]
{"turn": turn, "places": places, "compare": compare}[action](*arguments)
