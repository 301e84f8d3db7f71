import { z } from "zod";
import { Problem } from "../problem.js";

const count = z.int().min(1);

/** Checks what a person asks for. */
export const benchSchema = z
  .strictObject({
    size: z.union([count, z.array(count).min(2).max(3)]),
    classes: z.int().min(2),
    labeled: count,
    unlabeled: z.int().min(0),
    steps: count,
    benchmark: z.string(),
    method: z.string(),
    network: z.string(),
  })
  .partial();

/** Size of what is measured; what a benchmark of speed does not need it ignores. */
export interface BenchOptions {
  /** Side of a square image in pixels, or the sides of an image, or of a patch of a volume. */
  size: number | readonly number[];
  /** Classes, background among them. */
  classes: number;
  /** Images a step, labelled ones. */
  labeled: number;
  unlabeled: number;
  /** Measured steps, after the ones that warm up. */
  steps: number;
  /** Data to read, where it is real. */
  benchmark: string;
  /** A method that is compared with supervised training. */
  method: string;
  /** The network of a step; that for the images where absent. */
  network?: string;
}

/** A measurement: milliseconds of each step and whatever else belongs to it. */
export interface Measured {
  times: number[];
  [detail: string]: unknown;
}

/** Something whose speed can be measured. */
export interface Bench {
  title: string;
  defaults: Partial<BenchOptions>;
  /** False where no tensor is touched. */
  engine?: false;
  run(options: BenchOptions): Promise<Measured>;
}

/** Times a step over and over; the first ones, in which memory is taken and kernels are chosen, do not count. */
export async function timed(steps: number, step: (index: number) => Promise<unknown>, warmUp = 3): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < warmUp + steps; index++) {
    const started = performance.now();
    await step(index);
    if (index >= warmUp) times.push(performance.now() - started);
  }
  return times;
}

/** All sides of a size. */
export const sidesOf = (size: BenchOptions["size"]): readonly number[] =>
  typeof size === "number" ? [size, size] : size;

/** The side of a square. Throws a Problem for any other size. */
export function sideOf(size: BenchOptions["size"]): number {
  if (typeof size === "number") return size;
  throw new Problem(`size: found ${size.join("x")}, expected one number, the side of a square; ask for such as 256`);
}

/** To hundredths: more would be noise. */
export const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
