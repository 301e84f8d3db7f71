import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tensorCount } from "../engine/memory.js";
import { countMultiplications } from "../engine/work.js";
import { methods } from "../methods/index.js";
import { merged } from "../methods/options.js";
import { type Bench, type BenchOptions, hundredths, median, sidesOf, timed } from "./bench.js";
import { type Stepper, stepper } from "./methodStep.js";
import { volume } from "./vnet.js";

/** A step of a method beside one of supervised training on the same labelled images, in turns. */
export const comparedStep: Bench = {
  title: "one training step of a method, and one of supervised training, in turns",
  defaults: { size: 128, classes: 4, labeled: 4, unlabeled: 4, steps: 10 },
  async run({ method, steps, ...sizes }) {
    const asMona = (defaults: object) => merged(defaults, monaOptions(sidesOf(sizes.size).length));
    const own = method === "mona" ? stepper("arco", sizes, asMona) : stepper(method, sizes);
    return { method, ...(await besideSupervised(own, sizes, steps)) };
  },
};

/** What is measured as a method: all that segment, and MONA, a row of the tables that ARCO makes with other options. */
export const comparedNames = (): string[] => [
  ...Object.keys(methods).filter((name) => methods[name].pretrains === undefined),
  "mona",
];

/** What makes ARCO MONA on images or volumes, as in the tables: naive draws and, on images, the equivariance loss. */
export const monaOptions = (axes: number) => ({ sampler: "ns", ...(axes === 2 && { weights: { equivariance: 1 } }) });

/** A step of ARCO's second phase on random volumes, all voxels available and no ledger, beside our own supervised step of one patch, in turns. */
export const arco3d: Bench = {
  title: "one step of ARCO's second phase on random volumes, and one of supervised training of one patch, in turns",
  defaults: { ...volume, labeled: 1, unlabeled: 1 },
  async run({ steps, ...sizes }) {
    const { size, classes, labeled } = sizes;
    const own = stepper("arco", sizes, everyPixel);
    const beside = await besideSupervised(own, { ...sizes, labeled: 1 }, steps);
    return { size, classes, labeled, unlabeled: own.unlabeled, ...beside };
  },
};

/** ARCO's options with all pixels available, for random networks are not sure of anything, and no ledger. */
export const everyPixel = (defaults: object) => merged(defaults, { contrast: { threshold: 0 }, ledger: { every: 0 } });

/** Steps before the first that counts. */
const warmUp = 2;

/**
 * Steps in turns with those of supervised training: `ratio` is the median of their ratios, `work` that of the multiplications in convolutions and products, by which a
 * ratio can be explained. The peak of memory is that of the method alone.
 */
async function besideSupervised(own: Stepper, sizes: Parameters<typeof stepper>[1], steps: number) {
  await timed(1, own.step, warmUp);
  const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 2 ** 10);
  const plain = stepper("supervised", sizes);
  await timed(1, plain.step, warmUp);
  const [mine, others] = [await multiplicationsOf(own), await multiplicationsOf(plain)];
  const before = tensorCount();
  const [times, supervised]: [number[], number[]] = [[], []];
  // Behind the steps that warm up: in step 0, as in every hundredth, ARCO and ReCo measure variances for their ledger.
  for (let index = warmUp + 1; index <= warmUp + steps; index++) {
    times.push(...(await timed(1, () => own.step(index), 0)));
    supervised.push(...(await timed(1, () => plain.step(index), 0)));
  }
  const after = tensorCount();
  for (const one of [own, plain]) one.dispose();
  return {
    times,
    ...(own.mixing && { mixing: own.mixing }),
    supervisedMs: hundredths(median(supervised)),
    ratio: hundredths(median(times.map((ms, index) => ms / supervised[index]))),
    ...(mine !== undefined && others !== undefined && { work: hundredths(mine / others) }),
    peakRssMiB,
    grown: after.tensors + after.native - before.tensors - before.native,
  };
}

const multiplicationsOf = ({ step }: { step(index: number): Promise<void> }) => countMultiplications(() => step(1));

/** What a method's step takes: milliseconds, memory at the peak, and as multiples of a supervised step's its time and its multiplications. */
export interface MethodCost {
  ms: number;
  MiB: number;
  ratio: number;
  work?: number;
}

/** The costs of every method that segments and of MONA, or of one, each measured in a process of its own. */
export async function benchMethods(
  { method, ...sizes }: Partial<BenchOptions>,
  onMethod: (name: string) => void = () => {},
): Promise<Record<string, MethodCost>> {
  const arco = fileURLToPath(new URL("../cli/arco.mjs", import.meta.url));
  const flags = Object.entries(sizes).flatMap(([name, value]) => [
    `--${name}`,
    Array.isArray(value) ? value.join("x") : String(value),
  ]);
  const found: Record<string, MethodCost> = {};
  for (const name of method === undefined ? comparedNames() : [method]) {
    onMethod(name);
    const command = [arco, "bench", "method", "--method", name, ...flags, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    const { ms, ratio, work, peakRssMiB } = JSON.parse(stdout);
    found[name] = { ms: ms.median, MiB: peakRssMiB, ratio, ...(work && { work }) };
  }
  return found;
}
