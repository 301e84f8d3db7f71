import type { PanelClass } from "../../plots/pictures/regions.js";
import { versusNoise } from "../../statistics/decision.js";
import { paired } from "../../statistics/paired.js";
import { fixed, percent, range, signed, significant } from "../../written.js";
import type { PixelLosses } from "./map.js";

/** How a loss is spread over pixels: a landscape of plateaus has most of its variance between regions, and little inside them away from their borders. */
export interface Plateaus {
  pixels: number;
  /** Standard deviation over all pixels. */
  sd: number;
  /** Share of the variance between classes, and between the regions of a class in each image. */
  betweenClasses: number;
  betweenRegions: number;
  /** Share of the variance that is inside regions: at pixels that touch another class, and at all others. */
  atBorders: number;
  inside: number;
  /** By class: means and standard deviations at pixels that touch another class and at those that do not. */
  classes: { class: number; border: Part; interior: Part }[];
}

/** Some pixels; mean and sd are NaN where there are none. */
export interface Part {
  pixels: number;
  mean: number;
  sd: number;
}

interface Pixel {
  class: number;
  region: string;
  loss: number;
  isBorder: boolean;
}

/** Measures the plateaus of the loss over some images. A region is what an image has of a class; shares sum to one: between regions, at borders, inside. */
export function plateaus(maps: readonly PixelLosses[]): Plateaus {
  const pixels = maps.flatMap(pixelsOf);
  const mean = meanOf(pixels);
  const total = squares(pixels, () => mean);
  const byClass = means(pixels, (one) => String(one.class));
  const byRegion = means(pixels, (one) => one.region);
  const share = (some: readonly Pixel[], middle: (pixel: Pixel) => number) => squares(some, middle) / total;
  const ofRegion = (one: Pixel) => byRegion.get(one.region) ?? mean;
  const atBorders = share(
    pixels.filter(({ isBorder }) => isBorder),
    ofRegion,
  );
  const inside = share(
    pixels.filter(({ isBorder }) => !isBorder),
    ofRegion,
  );
  const numbers = [...new Set(pixels.map((one) => one.class))].sort((a, b) => a - b);
  return {
    pixels: pixels.length,
    sd: Math.sqrt(total / pixels.length),
    betweenClasses: 1 - share(pixels, (one) => byClass.get(String(one.class)) ?? mean),
    betweenRegions: 1 - atBorders - inside,
    atBorders,
    inside,
    classes: numbers.map((number) => {
      const own = pixels.filter((one) => one.class === number);
      return {
        class: number,
        border: partOf(own.filter(({ isBorder }) => isBorder)),
        interior: partOf(own.filter(({ isBorder }) => !isBorder)),
      };
    }),
  };
}

function pixelsOf({ loss, label, shape: [height, width] }: PixelLosses, image: number): Pixel[] {
  const classAt = (row: number, column: number, own: number) =>
    row < 0 || column < 0 || row >= height || column >= width ? own : label[row * width + column];
  return Array.from(loss, (value, i): Pixel => {
    const [row, column, own] = [Math.floor(i / width), i % width, label[i]];
    const around = [
      [row - 1, column],
      [row + 1, column],
      [row, column - 1],
      [row, column + 1],
    ];
    const isBorder = around.some(([y, x]) => classAt(y, x, own) !== own);
    return { class: own, region: `${image} ${own}`, loss: value, isBorder };
  }).filter(({ loss: value }) => !Number.isNaN(value));
}

const meanOf = (pixels: readonly Pixel[]) => pixels.reduce((sum, { loss }) => sum + loss, 0) / pixels.length;

const squares = (pixels: readonly Pixel[], middle: (pixel: Pixel) => number) =>
  pixels.reduce((sum, pixel) => sum + (pixel.loss - middle(pixel)) ** 2, 0);

function means(pixels: readonly Pixel[], name: (pixel: Pixel) => string): Map<string, number> {
  const groups = new Map<string, Pixel[]>();
  for (const pixel of pixels) {
    const group = groups.get(name(pixel)) ?? [];
    group.push(pixel);
    groups.set(name(pixel), group);
  }
  return new Map([...groups].map(([key, group]) => [key, meanOf(group)]));
}

function partOf(pixels: readonly Pixel[]): Part {
  const mean = meanOf(pixels);
  return { pixels: pixels.length, mean, sd: Math.sqrt(squares(pixels, () => mean) / pixels.length) };
}

/** Rows for a table, a line for each state and class. */
export const plateauRows = (states: readonly { title: string; found: Plateaus }[], classes: readonly PanelClass[]) =>
  states.flatMap(({ title, found }) =>
    found.classes.map(({ class: number, border, interior }) => ({
      weights: title,
      class: classes[number].name,
      "pixels inside": interior.pixels,
      "mean loss inside": interior.mean,
      "± sd inside": interior.sd,
      "mean loss at the border": border.mean,
      "± sd at the border": border.sd,
    })),
  );

/** What “plateaus” amounts to in one state of the network. */
export function plateauFinding({ sd, betweenClasses, betweenRegions, atBorders, inside }: Plateaus): string {
  return (
    `${percent(betweenRegions)} of the loss's variance over pixels lies between regions (${percent(betweenClasses)} between classes alone), ` +
    `${percent(atBorders)} at the pixels along borders and ${percent(inside)} inside the regions: ` +
    `there the loss still varies by ± ${significant(sd * Math.sqrt(inside), 2)}, against ± ${significant(sd, 2)} over all pixels.`
  );
}

/** How flat each class is by itself, and how high its border stands over its inside: the share of the variance alone is ruled by the largest class. */
export function classFinding({ classes: found }: Plateaus, classes: readonly PanelClass[]): string {
  const two = (value: number) => significant(value, 2);
  const parts = found.map(({ class: number, border, interior }) => {
    const step = border.mean - interior.mean;
    const height = step === 0 ? "the same" : `${two(Math.abs(step))} ${step < 0 ? "lower" : "higher"}`;
    const edge = border.pixels > 0 ? `, at the border ${height}` : "";
    return `${classes[number].name} ${fixed(interior.mean, 2)} ± ${two(interior.sd)} inside${edge}`;
  });
  return `The loss by class: ${parts.join("; ")}.`;
}

/** Whether training made the plateaus flatter: the share between regions at the end minus at the start, in pairs of the same seed. */
export function plateauChange(start: readonly Plateaus[], end: readonly Plateaus[]): string {
  const shares = (found: readonly Plateaus[]) => found.map((one) => 100 * one.betweenRegions);
  const pairs = paired(shares(start), shares(end));
  const { n, mean, interval } = pairs.difference;
  const by = fixed(Math.abs(mean), 1);
  const change =
    Number(by) === 0 ? "stays the same to a tenth of a point" : `${mean < 0 ? "falls" : "grows"} by ${by} points`;
  const size = `From the start to the end of fine-tuning the share between regions ${change}`;
  if (!interval) return `${size}, with one seed: whether that is more than chance is not known.`;
  const spread = `95 % interval of the change ${range(interval, (edge) => signed(edge))}, ${n} seeds`;
  return `${size} (${spread}): ${versusNoise(pairs)}.`;
}
