import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "./figure.js";
import { font } from "./measure.js";
import { svg } from "./svg.js";

/** A figure as a PNG file, without a browser. `scale` is the number of dots to a pixel of the layout. */
export function png(figure: Figure, { scale = 1.5 } = {}): Buffer {
  return new Resvg(svg(figure), { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
}
