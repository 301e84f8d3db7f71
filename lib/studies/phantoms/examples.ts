import type { Benchmark, DataOptions, Example } from "../../benchmarks/benchmark.js";
import { phantomBenchmarks, phantomPlans } from "../../benchmarks/phantom/index.js";
import { sizeOf } from "../../images/values.js";
import { lookUp } from "../../lookUp.js";
import { overlay } from "../../plots/pictures/overlay.js";
import type { Panel } from "../../plots/pictures/panel.js";
import type { Figure } from "../../plots/render/figure.js";
import { isSeenUpwards } from "../upwards.js";

/** A phantom as a page shows it: what it is, what it is like, and two labelled examples. */
export interface PhantomExample {
  title: string;
  facts: string;
  /** Share of the pixels of each class in the smallest labelled subset, those that are not labelled left out. */
  shares: { name: string; share: number }[];
  figure: Figure;
}

/** Examples of some phantoms, all eight by default, generated when they are not there yet. A smaller `scale` (see `PhantomOptions.size`) is quicker and coarser. */
export async function phantomExamples({
  names = Object.keys(phantomPlans),
  scale,
}: {
  names?: readonly string[];
  scale?: number;
} = {}): Promise<PhantomExample[]> {
  const shown: PhantomExample[] = [];
  for (const name of names) {
    const { phantom } = lookUp(phantomPlans, name, "phantom");
    const benchmark = phantomBenchmarks[`phantom-${name}`];
    const options: DataOptions = scale === undefined ? {} : { scale };
    const { labeled } = await benchmark.open({ labeled: benchmark.labeledChoices[0], options });
    const examples = await Promise.all(labeled.ids.map((_, index) => labeled.read(index)));
    const counts = benchmark.classes.map(() => 0);
    for (const { label = [] } of examples) for (const value of label) if (value >= 0) counts[value]++;
    const all = counts.reduce((a, b) => a + b);
    shown.push({
      title: benchmark.title,
      facts: phantom.facts,
      shares: benchmark.classes.map(({ name }, i) => ({ name, share: counts[i] / all })),
      figure: overlay(
        richest(examples).flatMap((one) => panelsOf(one, benchmark)),
        {
          title: `${benchmark.title}: generated, not real data`,
          subtitle: "each example without and with the outlines of its classes",
          classes: benchmark.classes,
          upwards: isSeenUpwards(benchmark),
          columns: 4,
          panelPixels: 190,
        },
      ),
    });
  }
  return shown;
}

/** The two examples in which most classes are, the fuller ones first; of two cases, or from places apart in one. */
function richest(examples: readonly Example[]): Example[] {
  const richness = new Map(examples.map((one) => [one, new Set(one.label).size + filled(one)]));
  const sorted = [...examples].sort((a, b) => (richness.get(b) ?? 0) - (richness.get(a) ?? 0));
  const [first] = sorted;
  const isApart = (one: Example) => one.case !== first.case || Math.abs(one.slice - first.slice) > one.slices / 8;
  const second = sorted.find(isApart);
  return [first, ...(second ? [second] : [])];
}

const filled = ({ label = new Int8Array() }: Example) => label.filter((value) => value > 0).length / label.length;

/** The picture alone and with its classes, photographs in colour; of a volume [x, y, z] its middle slice, y downwards or upwards and x to the right. */
function panelsOf(example: Example, { kind }: Pick<Benchmark, "kind">): Panel[] {
  const { id, image, label = new Int8Array(), shape } = example;
  const [width, height, depth] = shape.length === 3 ? shape : [shape[1], shape[0], 1];
  const channels = image.length / sizeOf(shape);
  const middle = Math.floor(depth / 2);
  const at = (x: number, y: number) => (shape.length === 3 ? (x * height + y) * depth + middle : y * width + x);
  const pixels = Array.from({ length: height * width }, (_, i) => at(i % width, Math.floor(i / width)));
  const values = pixels.flatMap((i) => {
    const own = Array.from(image.subarray(i * channels, (i + 1) * channels));
    return kind === "photographs" ? own : own.reduce((a, b) => a + b) / channels;
  });
  const truth = pixels.map((i) => Math.max(0, label[i]));
  const panel = { title: id, image: values, shape: [height, width] as const, phantom: true };
  return [panel, { ...panel, truth }];
}
