import type { Entry } from "../engine/safetensors.js";
import { Problem } from "../problem.js";

/**
 * The state_dict of ARCO's PyTorch U-Net (`networks/unetWithArgs.py`, as SSL4MIS's) or V-Net (`networks/vnetWithArgs.py`, as UA-MT's) as the paths and layouts of ours, for `loadCheckpoint` or `assign`:
 * filters [out, in, …kernel] become [...kernel, in, out], those of transposed convolutions [in, out, …kernel] become [...kernel, out, in].
 * Gradients by parameter name go the same way. Counters (`num_batches_tracked`) are left out; any other name throws a Problem.
 */
export function fromTorch(state: Readonly<Record<string, Entry>>, prefix = ""): Record<string, Entry> {
  const named = Object.entries(state).filter(([name]) => !name.endsWith(".num_batches_tracked"));
  return Object.fromEntries(named.map(([name, entry]) => [prefix + pathOf(name), channelsLast(entry)]));
}

const part =
  /^(?:encoder\.in_conv|encoder\.down(?<down>\d+)\.maxpool_conv\.1|decoder\.up(?<up>\d+)\.conv)\.conv_conv\.(?<layer>[0145])$/;
const upsampling = /^decoder\.up(?<up>\d+)\.(?:conv1x1|up)$/;
const normed: Readonly<Record<string, string>> = {
  weight: "scale",
  bias: "offset",
  running_mean: "mean",
  running_var: "variance",
};

/** What PyTorch calls the values of a batch normalisation, by our names. */
export const normValues: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(normed).map(([theirs, ours]) => [ours, theirs]),
);

const stages = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const block = new RegExp(`^block_(?<stage>${stages.join("|")})(?<way>_dw|_up|)\\.conv\\.(?<layer>[0-8])$`);

/** Path of a parameter of one of the two networks. */
function pathOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const [owner, value] = [name.slice(0, dot), name.slice(dot + 1)];
  return owner.startsWith("block_") || owner === "out_conv"
    ? vnetPath(name, owner, value)
    : unetPath(name, owner, value);
}

/** "block_two.conv.4.running_mean" → "stages.1.1.norm.mean", "block_five_up.conv.0.weight" → "up.0.conv.weight". */
function vnetPath(name: string, owner: string, value: string): string {
  const isWeight = value === "weight" || value === "bias";
  if (owner === "out_conv" && isWeight) return `out.${value}`;
  const found = block.exec(owner)?.groups;
  const [stage, layer] = [stages.indexOf(found?.stage ?? ""), Number(found?.layer)];
  const isNorm = layer % 3 === 1; // 0 conv, 1 norm, 2 activation, 3 conv, …
  if (!found || layer % 3 === 2 || !(isNorm ? value in normed : isWeight)) throw unknown(name);
  const place =
    { _dw: `down.${stage}`, _up: `up.${stage - 4}` }[found.way] ?? `stages.${stage}.${Math.floor(layer / 3)}`;
  return `${place}.${isNorm ? `norm.${normed[value]}` : `conv.${value}`}`;
}

const unknown = (name: string) =>
  new Problem(
    `"${name}" is no parameter of SSL4MIS's U-Net or UA-MT's V-Net; expected names as "encoder.in_conv.conv_conv.0.weight" or "block_one.conv.0.weight"`,
  );

/** "encoder.down1.maxpool_conv.1.conv_conv.4.weight" → "down.1.second.conv.weight". */
function unetPath(name: string, owner: string, value: string): string {
  const isWeight = value === "weight" || value === "bias";
  if (owner === "decoder.out_conv" && isWeight) return `out.${value}`;
  const up = upsampling.exec(owner)?.groups?.up;
  if (up && isWeight) return `up.${Number(up) - 1}.conv.${value}`;
  const found = part.exec(owner)?.groups;
  const isNorm = found?.layer === "1" || found?.layer === "5"; // 0 conv, 1 norm, 2 activation, 3 dropout, 4 conv, 5 norm, 6 activation
  if (!found || !(isNorm ? value in normed : isWeight)) throw unknown(name);
  const place = found.up ? `up.${Number(found.up) - 1}.block` : `down.${found.down ?? 0}`;
  const half = Number(found.layer) < 4 ? "first" : "second";
  return `${place}.${half}.${isNorm ? `norm.${normed[value]}` : `conv.${value}`}`;
}

/** PyTorch's [a, b, …kernel] as […kernel, b, a]; vectors stay. */
export function channelsLast({ shape, values }: Entry): Entry {
  if (shape.length < 3) return { shape, values };
  const [a, b, ...kernel] = shape;
  const size = kernel.reduce((product, n) => product * n, 1);
  const moved = values.slice();
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < size; k++) moved[(k * b + j) * a + i] = values[(i * b + j) * size + k];
  return { shape: [...kernel, b, a], values: moved };
}
