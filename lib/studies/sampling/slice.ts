import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import { openData } from "../../runs/workplace.js";
import { type Population, populationOf } from "../../samplers/population.js";
import type { Config } from "../../training/config/schema.js";

/** A real slice as the network sees it, before augmentation, and the pixels of one class. */
export interface LabeledSlice {
  id: string;
  /** The class. */
  name: string;
  color: readonly [number, number, number];
  image: Float32Array; // [height, width], row by row
  shape: readonly [number, number];
  region: Uint8Array;
  population: Population;
}

/** The labelled slice in which a class has most pixels. */
export async function fullestSliceOf(config: Config, { class: of = 1 } = {}): Promise<LabeledSlice> {
  const { labeled } = await openData(config);
  const { name, color } = lookUp(benchmarks, config.benchmark, "benchmark").classes[of];
  const examples = await Promise.all(labeled.ids.map((_, at) => labeled.read(at)));
  const pixels = examples.map(({ label = new Int8Array() }) => label.filter((value) => value === of).length);
  const { id, image, label = new Int8Array(), shape } = examples[pixels.indexOf(Math.max(...pixels))];
  const region = Uint8Array.from(label, (value) => Number(value === of));
  const [height, width] = shape;
  return { id, name, color, image, shape: [height, width], region, population: populationOf(region, shape) };
}
