import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { orientation, reorient } from "../images/geometry/orientation.js";
import { niftiBytes } from "../images/nifti/write.js";
import type { Volume } from "../images/volume.js";
import { contactSheet } from "../plots/pictures/contactSheet.js";
import { greyWindow } from "../plots/pictures/grey.js";
import { classColor, type PanelClass } from "../plots/pictures/regions.js";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { png } from "../plots/render/png.js";
import { emit, isNotebook } from "./bundle.js";
import { viewerScript } from "./viewerScript.js";

/** What is shown over a scan, and how. */
export interface VolumeOptions {
  /** Class of every voxel, on the scan's grid. */
  mask?: Volume<Uint8Array>;
  /** By number, the background first. */
  classes?: readonly PanelClass[];
  title?: string;
  /** Which way the axes of the picture point, such as "RAS"; as in the scan's file where left out. */
  orientation?: string;
}

/**
 * Shows a scan with its mask below the cell: in JupyterLab to be turned and sliced with the mouse (NiiVue, from where set-up has put it), elsewhere as a sheet of slices.
 * The output holds both volumes, the scan in 256 greys. Outside a notebook it prints its title.
 */
export function showVolume(
  image: Volume,
  { mask, classes = [], title = "Scan", orientation: codes = orientation(image.affine) }: VolumeOptions = {},
): void {
  const text = `Volume: ${title}`;
  if (!isNotebook()) {
    emit({ "text/plain": text });
    return;
  }
  const map = mask ?? { ...image, data: new Uint8Array(image.data.length) };
  const sheet = contactSheet(reorient(image, codes), { mask: reorient(map, codes), classes, title, slices: 6 });
  const picture = png(sheet, { scale: 1 }).toString("base64");
  const colors = classes.map((one, at) => ({ name: one.name, color: at === 0 ? "#000000" : classColor(one, at) }));
  const volumes = { image: packed(grey(image)), mask: packed(map) };
  const id = `arco-volume-${createHash("sha256").update(JSON.stringify(volumes)).digest("hex").slice(0, 12)}`;
  emit({
    "text/html": `<div id="${id}">
<img alt="${escapeHtml(title)}" src="data:image/png;base64,${picture}">
</div><script>${viewerScript({ id, title, ...volumes, colors })}</script>`,
    "image/png": picture,
    "text/plain": text,
  });
}

/** A volume as a file .nii.gz in base64. */
const packed = (volume: Volume<Uint8Array>): string =>
  gzipSync(niftiBytes(volume, "uint8", volume.path), { level: 9 }).toString("base64");

/** A scan in 256 greys, the darkest and brightest hundredth of its voxels cut. */
function grey(image: Volume): Volume<Uint8Array> {
  const [low, high] = greyWindow(image.data);
  const scale = high > low ? 255 / (high - low) : 0;
  return { ...image, data: Uint8Array.from(Uint8ClampedArray.from(image.data, (value) => (value - low) * scale)) };
}
