import { orientation, reorient } from "../images/orientation.js";
import type { Volume } from "../images/volume.js";
import { contactSheet } from "../plots/contactSheet.js";
import type { Figure } from "../plots/figure.js";
import type { PanelClass } from "../plots/regions.js";

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
  const places = `Slices from ${opposite[z]} to ${ends[z]}; ${ends[x]} is on the right of each picture, ${ends[y]} at its top.`;
  return contactSheet(reorient(image, codes), {
    mask: reorient(mask, codes),
    classes,
    title,
    subtitle: subtitle ? `${places} ${subtitle}` : places,
  });
}
