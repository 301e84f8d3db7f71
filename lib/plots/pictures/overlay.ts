import type { Figure } from "../render/figure.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import type { Panel } from "./panel.js";
import { type PanelClass, regions } from "./regions.js";

export type { Panel } from "./panel.js";

/** Colours and names of the classes, and how the figure looks. */
export interface OverlayOptions extends SheetOptions {
  /** By number, the background first. */
  classes: readonly PanelClass[];
}

/** Slices side by side: the truth as an outline and the prediction as a translucent area in the colour of the class. */
export function overlay(panels: readonly Panel[], { classes, ...options }: OverlayOptions): Figure {
  const traces = panels
    .flatMap((panel, at) => regions(panel, at, classes))
    .filter(({ x }) => x.length > 0)
    .sort((a, b) => (a.legendrank ?? 0) - (b.legendrank ?? 0));
  return sheet(panels, traces, options);
}
