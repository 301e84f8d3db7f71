import type { Entry } from "../engine/safetensors.js";
import { Problem } from "../problem.js";
import { channelsLast, normValues } from "./torch.js";

/** How other people's files name the parameters of a network. */
export interface Naming {
  /** Whose names they are. */
  form: string;
  /** What they call the convolution of a part of ours ("blocks.3.expand", "stem") and the normalisation behind it; undefined where they have none. */
  of(owner: string): { weight: string; norm?: string } | undefined;
  /** Names that belong to what we leave out: the layer that tells ImageNet's classes apart. */
  ignored?: RegExp;
  /** Of files that may hold a whole network: the names of what stands behind the encoder, and how to do without it. */
  whole?: { names: RegExp; otherwise: string };
}

/** What may stand before all names of a file. */
const prefixes = ["", "module.", "backbone.", "encoder.", "model.", "module.backbone.", "module.encoder."];

/** Namings whose filters have the same shapes and other meanings, by a name that only they have. */
const foreign: readonly [RegExp, string][] = [
  [
    /(^|\.)(res[2-5]|stem)\.(conv1|\d+\.conv1)\.weight$|^res2a_branch/,
    "Caffe's or Detectron's, with strides on the first 1×1 convolution and images in blue, green, red",
  ],
  [/conv1_conv|conv2_block1/, "Keras's, whose convolutions have biases and whose images are in blue, green, red"],
];

/** What a file of PyTorch weights holds behind the encoder, as the file names it but for what stands before all names; nothing where it is of an encoder alone. */
export function namesBehind(
  file: Readonly<Record<string, Entry>>,
  namings: readonly Naming[],
  path: string,
): readonly string[] {
  const { naming, prefix } = namingOf(file, namings, path);
  return behindIn(file, naming, prefix);
}

const behindIn = (file: Readonly<Record<string, Entry>>, naming: Naming, prefix: string): string[] =>
  Object.keys(file)
    .map((name) => name.slice(prefix.length))
    .filter((name) => naming.whole?.names.test(name));

/**
 * The arrays of a file of PyTorch weights as the variables of a network whose paths and shapes are given: filters [out, in, …kernel] become [...kernel, in, out].
 * Throws a Problem that lists what is missing, what is there beside it, and what has another shape; counters and a classifier of ImageNet may be there.
 */
export function fromPretrained(
  file: Readonly<Record<string, Entry>>,
  shapes: Readonly<Record<string, readonly number[]>>,
  namings: readonly Naming[],
  path: string,
): Record<string, Entry> {
  const { naming, prefix } = namingOf(file, namings, path);
  const wanted = new Map(Object.keys(shapes).map((own) => [prefix + nameOf(own, naming), own]));
  const isKnown = (name: string) =>
    wanted.has(name) || name.endsWith("num_batches_tracked") || naming.ignored?.test(name.slice(prefix.length));
  const missing = [...wanted.keys()].filter((name) => !Object.hasOwn(file, name));
  const spare = Object.keys(file).filter((name) => !isKnown(name));
  const wrong = [...wanted].flatMap(([name, own]) => {
    const [found, expected] = [file[name]?.shape.join("×"), torchShape(shapes[own]).join("×")];
    return found === undefined || found === expected ? [] : [`${name} is ${found} and should be ${expected}`];
  });
  const faults = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(spare.length > 0 ? [`not of this network: ${spare.join(", ")}`] : []),
    ...(wrong.length > 0 ? [`of another shape: ${wrong.join(", ")}`] : []),
  ];
  const isWhole = behindIn(file, naming, prefix).length > 0;
  if (faults.length > 0)
    throw new Problem(
      `${path}: found names as ${naming.form} has them, expected all of the network's; ${faults.join("; ")}${isWhole ? `; ${naming.whole?.otherwise}` : ""}`,
    );
  return Object.fromEntries(
    [...wanted].map(([name, own]) => [own, { ...channelsLast(file[name]), shape: shapes[own] }]),
  );
}

/** The naming that knows the name of the stem, and what stands before all names. */
function namingOf(file: Readonly<Record<string, Entry>>, namings: readonly Naming[], path: string) {
  for (const naming of namings)
    for (const prefix of prefixes)
      if (Object.hasOwn(file, prefix + nameOf("stem.weight", naming))) return { naming, prefix };
  const other = foreign.find(([sign]) => Object.keys(file).some((name) => sign.test(name)));
  const stems = namings.map((naming) => `"${nameOf("stem.weight", naming)}" (${naming.form})`).join(" or ");
  const found = other ? `names as they are ${other[1]}` : `${Object.keys(file).length} arrays and no stem`;
  throw new Problem(`${path}: found ${found}, expected ${stems}`);
}

/** "blocks.3.expand.norm.mean" → "_blocks.3._bn0.running_mean". */
function nameOf(own: string, naming: Naming): string {
  const [, owner, norm, value] = /^(.+?)(\.norm)?\.(\w+)$/.exec(own) ?? [];
  const names = naming.of(owner);
  if (!names) throw new Error(`${naming.form} has no name for ${own}`);
  return norm ? `${names.norm}.${normValues[value]}` : `${names.weight}.${value}`;
}

/** […kernel, in, out] → [out, in, …kernel]; of a convolution of each channel alone […kernel, channels, 1] → [channels, 1, …kernel]. */
function torchShape(shape: readonly number[]): readonly number[] {
  if (shape.length < 4) return shape;
  const [height, width, inputs, outputs] = shape;
  return outputs === 1 && height > 1 ? [inputs, 1, height, width] : [outputs, inputs, height, width];
}
