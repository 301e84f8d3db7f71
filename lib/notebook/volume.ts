import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { segmentPreview } from "../experiments/segmentPreview.js";
import { niftiBytes } from "../images/niftiWrite.js";
import type { Volume } from "../images/volume.js";
import { escapeHtml } from "../plots/escapeHtml.js";
import { greyWindow } from "../plots/grey.js";
import { png } from "../plots/png.js";
import { classColor, type PanelClass } from "../plots/regions.js";
import { emit, isNotebook } from "./bundle.js";
import { viewerScript } from "./viewerScript.js";

/** What is shown over a scan, and how. */
export interface VolumeOptions {
  /** Class of every voxel, on the scan's grid. */
  mask?: Volume<Uint8Array>;
  /** By number, the background first. */
  classes?: readonly PanelClass[];
  title?: string;
  /** Which way the axes of the picture point; as in the scan's file where left out. */
  orientation?: string;
}

/**
 * Shows a scan with its mask below the cell: in JupyterLab to be turned and sliced with the mouse (NiiVue, from where set-up has put it), elsewhere as a sheet of slices.
 * The output holds both volumes, the scan in 256 greys. Outside a notebook it prints its title.
 */
export function showVolume(
  image: Volume,
  { mask, classes = [], title = "Scan", orientation }: VolumeOptions = {},
): void {
  const text = `Volume: ${title}`;
  if (!isNotebook()) return void emit({ "text/plain": text });
  const shown = mask ?? { ...image, data: new Uint8Array(image.data.length) };
  const picture = png(segmentPreview(image, shown, { classes, title, orientation }), { scale: 1 }).toString("base64");
  const packed = (volume: Volume<Uint8Array>) =>
    gzipSync(niftiBytes(volume, "uint8", volume.path), { level: 9 }).toString("base64");
  const volumes = { image: packed(grey(image)), mask: packed(shown) };
  const key = createHash("sha256").update(JSON.stringify(volumes)).digest("hex").slice(0, 12);
  const colors = classes.map((one, number) => ({
    name: one.name,
    color: number === 0 ? "#000000" : classColor(one, number),
  }));
  const legend = colors
    .slice(1)
    .map(({ name, color }) => `<span><b style="color:${color}">■</b> ${escapeHtml(name)}</span>`)
    .join(" ");
  const html = `<div id="arco-volume-${key}"><img alt="${escapeHtml(title)}" src="data:image/png;base64,${picture}">
<div class="arco-viewer" hidden><b>${escapeHtml(title)}</b> ${legend}<canvas style="display:block;width:100%;height:420px;outline:none"></canvas>
<small>Click or drag: crosshair. Wheel: next slice. Drag in the 3D view: turn. Right drag: brightness and contrast.</small></div></div>
<script>${viewerScript({ id: `arco-volume-${key}`, ...volumes, colors })}</script>`;
  emit({ "text/html": html, "image/png": picture, "text/plain": text });
}

/** A scan in 256 greys, the darkest and brightest hundredth of its voxels cut. */
function grey(image: Volume): Volume<Uint8Array> {
  const [low, high] = greyWindow(image.data);
  const scale = high > low ? 255 / (high - low) : 0;
  return { ...image, data: Uint8Array.from(Uint8ClampedArray.from(image.data, (value) => (value - low) * scale)) };
}
