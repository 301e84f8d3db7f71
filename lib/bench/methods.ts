import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countMultiplications } from "../engine/work.js";
import { methods } from "../methods/index.js";
import { type Bench, type BenchOptions, hundredths, median, timed } from "./bench.js";
import { stepper } from "./methodStep.js";

/**
 * A step of a method beside one of supervised training on the same labelled images, in turns: `ratio` is the median of their ratios, `work` that of the
 * multiplications in convolutions and products, by which a ratio can be explained. The peak of memory is that of the method alone.
 */
export const comparedStep: Bench = {
  title: "one training step of a method, and one of supervised training, in turns",
  defaults: { size: 128, classes: 4, labeled: 4, unlabeled: 4, steps: 10 },
  async run({ method, steps, ...sizes }) {
    const own = stepper(method, sizes);
    await timed(1, own.step, 2);
    const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 2 ** 10);
    const plain = stepper("supervised", sizes);
    await timed(1, plain.step, 2);
    const [mine, others] = [await multiplicationsOf(own), await multiplicationsOf(plain)];
    const [times, ratios]: [number[], number[]] = [[], []];
    for (let index = 0; index < steps; index++) {
      const [[ms], [supervised]] = [await timed(1, own.step, 0), await timed(1, plain.step, 0)];
      times.push(ms);
      ratios.push(ms / supervised);
    }
    for (const one of [own, plain]) one.dispose();
    return {
      times,
      method,
      ...{ ratio: median(ratios), peakRssMiB },
      ...(mine !== undefined && others !== undefined && { work: mine / others }),
    };
  },
};

const multiplicationsOf = ({ step }: { step(index: number): Promise<void> }) => countMultiplications(() => step(1));

/** What a method's step takes: milliseconds, memory at the peak, and as multiples of a supervised step's its time and its multiplications. */
export interface MethodCost {
  ms: number;
  MiB: number;
  ratio: number;
  work?: number;
}

/** The costs of every method that segments, or of one, each measured in a process of its own. */
export async function benchMethods(
  { method, ...sizes }: Partial<BenchOptions>,
  onMethod: (name: string) => void = () => {},
): Promise<Record<string, MethodCost>> {
  const arco = fileURLToPath(new URL("../cli/arco.mjs", import.meta.url));
  const names = Object.keys(methods).filter((name) => methods[name].pretrains === undefined);
  const flags = Object.entries(sizes).flatMap(([name, value]) => [
    `--${name}`,
    Array.isArray(value) ? value.join("x") : String(value),
  ]);
  const found: Record<string, MethodCost> = {};
  for (const name of method === undefined ? names : [method]) {
    onMethod(name);
    const command = [arco, "bench", "method", "--method", name, ...flags, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    const { ms, ratio, work, peakRssMiB } = JSON.parse(stdout);
    found[name] = { ms: ms.median, MiB: peakRssMiB, ratio: hundredths(ratio), ...(work && { work: hundredths(work) }) };
  }
  return found;
}
