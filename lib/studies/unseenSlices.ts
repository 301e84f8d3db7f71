import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import type { Config } from "../training/config/schema.js";

/** Slices with their labels, of training volumes that a run did not have labels of, spread evenly over those that show more than background: values [slices, …size, channels] and classes. */
export async function unseenSlices(config: Config, count: number) {
  const benchmark = lookUp(benchmarks, config.benchmark, "benchmark");
  const most = benchmark.labeledChoices[benchmark.labeledChoices.length - 1];
  const [opened, seen] = [
    await benchmark.open({ labeled: most, options: config.data }),
    await benchmark.open({ labeled: config.labeled, labeledSeed: config.labeledSeed, options: config.data }),
  ];
  const known = new Set(seen.labeled.ids);
  const all = [...opened.labeled.ids.keys()];
  const rest = all.filter((index) => !known.has(opened.labeled.ids[index]));
  const candidates = rest.length > 0 ? rest : all; // all are labelled
  const images: Float32Array[] = [];
  const labels: number[] = [];
  for (let at = 0; images.length < count && at < candidates.length; at++) {
    // strides that share no factor with the length visit all candidates
    const example = await opened.labeled.read(
      candidates[(at * strideOf(candidates.length, count)) % candidates.length],
    );
    if (!example.label?.some((value) => value > 0)) continue;
    images.push(example.image);
    labels.push(...example.label);
  }
  const image = new Float32Array(images.length * images[0].length);
  for (const [at, one] of images.entries()) image.set(one, at * one.length);
  const { channels, imageSize } = opened.benchmark;
  return { image, shape: [images.length, ...imageSize, channels], label: Int32Array.from(labels) };
}

function strideOf(length: number, count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.max(1, Math.floor(length / count));
  while (divisor(stride, length) > 1) stride++;
  return stride;
}
