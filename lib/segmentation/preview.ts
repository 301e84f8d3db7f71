import { isUpwards, orientation, reorient } from "../images/geometry/orientation.js";
import type { Volume } from "../images/volume.js";
import { contactSheet } from "../plots/pictures/contactSheet.js";
import { type View, viewAround } from "../plots/pictures/panel.js";
import type { PanelClass } from "../plots/pictures/regions.js";
import type { Figure } from "../plots/render/figure.js";

/** What a preview says beside the picture. */
export interface PreviewOptions {
  /** By number, the background first. */
  classes: readonly PanelClass[];
  title: string;
  /** Which network it is. */
  subtitle?: string;
  /** Turns the scan before it is drawn; as it lies in its file where left out. */
  orientation?: string;
}

const ends = { R: "right", L: "left", A: "anterior", P: "posterior", S: "superior", I: "inferior" } as const;
const opposite = { R: "left", L: "right", A: "posterior", P: "anterior", S: "inferior", I: "superior" } as const;

/** A segmented scan as a sheet of slices, its classes as outlines. */
export function segmentPreview(
  image: Volume,
  mask: Volume<Uint8Array>,
  { classes, title, subtitle, orientation: codes = orientation(image.affine) }: PreviewOptions,
): Figure {
  const [x, y, z] = [...codes] as (keyof typeof ends)[];
  const upwards = isUpwards(codes);
  const places = `Slices from ${opposite[z]} to ${ends[z]}; ${ends[x]} on the right, ${(upwards ? ends : opposite)[y]} at the top.`;
  const turned = reorient(mask, codes);
  return contactSheet(reorient(image, codes), {
    mask: turned,
    view: viewOf(turned),
    upwards,
    classes,
    title,
    subtitle: subtitle ? `${places} ${subtitle}` : places,
  });
}

/** The window that holds the classes of all slices, and half as much again on either side. */
function viewOf({ data, shape: [, height, width] }: Volume<Uint8Array>): View {
  const seen = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) if (data[i] > 0) seen[i % seen.length] = 1;
  const { rows, columns } = viewAround(seen, [height, width], 0);
  return viewAround(seen, [height, width], Math.ceil(Math.max(rows[1] - rows[0], columns[1] - columns[0]) / 2));
}
