import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "./figure.js";
import { font } from "./measure.js";
import { raster } from "./raster.js";
import { svg } from "./svg.js";

/** A figure as a PNG file, without a browser. `scale` is the number of dots to a pixel of the layout. */
export function png(figure: Figure, { scale = 1.5 } = {}): Buffer {
  const options = { font, fitTo: { mode: "zoom", value: scale }, background: "#FFFFFF" } as const;
  const { pixels, width, height } = new Resvg(svg(figure), options).render();
  const samples = new Uint8Array(3 * width * height); // without transparency, a third smaller
  for (let i = 0; i < width * height; i++) samples.set(pixels.subarray(4 * i, 4 * i + 3), 3 * i);
  return raster(samples, [height, width], { channels: 3 });
}
