import { sideBySide } from "../images/channels.js";
import { isUnlike, millimetres } from "../images/geometry/spacing.js";
import { openNifti } from "../images/nifti/bytes.js";
import { openNrrd } from "../images/nrrd/index.js";
import type { Geometry, Volume } from "../images/volume.js";
import { seriesOf, volumeOf } from "../images/voxels.js";
import { Problem } from "../problem.js";

/** A scan that nobody prepared, and what was taken for values of its header that are missing or cannot be used, in sentences. */
export interface Scan {
  image: Volume;
  remarks?: readonly string[];
}

/** How the names of NRRD files end. */
const nrrdEnding = /\.nrrd$/i;

/**
 * Reads a scan of one volume, or of a series, side by side in every voxel, from a NIfTI file or, of one volume, an NRRD file.
 * What `readNifti`, `readNiftiSeries` or `readNrrd` would refuse throws a Problem here too.
 */
export function readScan(path: string, { series }: Pick<Trained, "series">): Scan {
  if (nrrdEnding.test(path)) return readNrrdScan(path, series);
  const { header, bytes } = openNifti(path, series);
  const volumes = series ? seriesOf(bytes, header, path) : [volumeOf(bytes, header, path)];
  const data = sideBySide(volumes.map((volume) => volume.data));
  return { image: { ...volumes[0], data, path }, remarks: header.remarks };
}

function readNrrdScan(path: string, series?: readonly string[]): Scan {
  if (series)
    throw new Problem(
      `${path}: found an NRRD file, which is read as one volume, expected a NIfTI file of 4 dimensions, the last of ${series.length}: ${series.join(", ")}; save these in this order in one file`,
    );
  const { header, bytes } = openNrrd(path);
  return { image: volumeOf(bytes, header, path), remarks: header.remarks };
}

/** What training volumes were like, as far as their benchmark says. */
export interface Trained {
  name: string;
  kind: "slices" | "volumes" | "photographs";
  /** What the volumes of a scan in one file were, where they were several. */
  series?: readonly string[];
  /** Which way their axes pointed. */
  orientation?: string;
  /** Distance of their voxels along z, y, x, in that orientation. */
  spacingMm?: Geometry["spacingMm"];
}

/** Throws a Problem where a network cannot look at a scan at all. */
export function checkScan({ path, shape, data }: Volume, { name, kind }: Trained): void {
  const size = `${shape[2]}×${shape[1]}×${shape[0]} voxels`;
  if (kind === "volumes" && Math.min(...shape) === 1)
    throw new Problem(
      `${path}: found one slice (${size}), expected a volume: the network was trained on volumes (${name}); use a run that was trained on slices`,
    );
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new Problem(
      `${path}: found ${data[wrong]} among the intensities, expected finite numbers; replace them first`,
    );
}

const mostDegrees = 30; // half-way to the next orientation is 45

/** In what a scan, already turned as the network wants it, is unlike the training volumes, in sentences. A network may fail on such a scan without saying so. */
export function unlike({ image, remarks = [] }: Scan, { name, orientation: wanted, spacingMm }: Trained): string[] {
  const found = [...remarks];
  const degrees = obliqueness(image.affine);
  if (wanted && degrees > mostDegrees)
    found.push(
      `its axes are turned by ${Math.round(degrees)}° against those of the body, those of ${name} are not; the nearest orientation was taken`,
    );
  if (spacingMm && isUnlike(image.spacingMm, spacingMm))
    found.push(
      `its voxels are ${millimetres(image.spacingMm)}, those of ${name} ${millimetres(spacingMm)}: more than 2 times off, so structures have another size than the network learnt; resample it first`,
    );
  return found;
}

/** The largest angle in degrees between an axis of the voxels and the axis of the body that it is named after. */
function obliqueness(affine: Geometry["affine"]): number {
  const angles = [0, 1, 2].map((axis) => {
    const column = [0, 1, 2].map((row) => Math.abs(affine[row][axis]));
    return Math.acos(Math.min(1, Math.max(...column) / Math.hypot(...column)));
  });
  return (Math.max(...angles) * 180) / Math.PI;
}
