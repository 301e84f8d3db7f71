import { stream } from "../../lib/engine/random.js";
import { type VariancePoint, varianceCurves } from "../../lib/plots/charts/varianceCurves.js";
import { drawnPixels } from "../../lib/plots/pictures/drawnPixels.js";
import { inclusionMap } from "../../lib/plots/pictures/inclusionMap.js";
import { lossSurface } from "../../lib/plots/pictures/lossSurface.js";
import type { Figure } from "../../lib/plots/render/figure.js";
import { antithetic, classes, groups, image, label, loss, naive, population, shape, stratified } from "./heart.js";

/** Theory for three samplers, and what could have been observed. */
export const variances: VariancePoint[] = [4, 16, 64].flatMap((setting) =>
  ["NS", "SG", "SAG"].flatMap((sampler, at) =>
    [16, 32, 64, 128, 256, 512].map((x) => {
      const theory = (0.8 * [1, 1 - 0.1 * Math.log2(setting), 0.9 - 0.11 * Math.log2(setting)][at]) / x;
      const observed = theory * Math.exp(0.05 * stream(setting, sampler, x).normal());
      return { sampler, x, setting, theory, observed, interval: [observed * 0.91, observed * 1.1] as const };
    }),
  ),
);

const pairs = antithetic(64, stream(0, "pairs"));

/** Figures of what samplers draw and of what follows from it. */
export const varianceFigures: Record<string, Figure> = {
  drawnPixels: drawnPixels(
    {
      image,
      shape,
      spacingMm: [1, 1],
      region: label.map((number) => (number === 2 ? 1 : 0)),
      cells: 4,
      panels: [
        { title: "naive (NS)", pixels: naive(64, stream(0, "naive")) },
        { title: "stratified (SG)", pixels: stratified(64, stream(0, "groups")).flat() },
        { title: "antithetic (SAG)", pixels: pairs.flat(), pairs },
      ],
    },
    { region: { name: "myocardium", color: [0, 158, 115] }, margin: 6 },
  ),
  inclusionMap: inclusionMap({
    shape,
    population,
    panels: [
      { title: "stratified (SG)", counts: expected(() => 1) },
      { title: "equal quotas", counts: expected(({ length }) => 1 / length) },
    ],
  }),
  varianceCurves: varianceCurves(variances, { x: "pixels drawn, n", setting: "groups, M", shown: 16 }),
  varianceRatio: varianceCurves(
    variances.filter(({ setting }) => setting === 16),
    { x: "pixels drawn, n", scale: "ratio" },
  ),
  lossSurface: lossSurface(
    { image, label, loss, shape, spacingMm: [1, 1] },
    { classes, title: "The loss is high over the myocardium" },
  ),
};

/** Expected draws of every pixel of the population where a pixel of a group has this weight. */
function expected(weight: (pixels: readonly number[]) => number): number[] {
  const of = new Map(groups.flatMap((pixels) => pixels.map((pixel) => [pixel, weight(pixels)])));
  return Array.from(population, (pixel) => of.get(pixel) ?? 0);
}
