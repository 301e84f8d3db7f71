import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { disposeParams, flatten } from "../engine/params.js";
import { stream } from "../engine/random.js";
import { decodeSafetensors, type Entry } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import { Problem } from "../problem.js";
import type { NetworkKind } from "./index.js";
import { fromPretrained } from "./pretrained.js";

/** Weights that an encoder begins with: a file of the user's, or the name of one that the set-up fetched; and the sha256 of what is in it. */
export interface Weights {
  file: string;
  sha256: string;
}

const listed: Readonly<Record<string, Weights & { licence: string }>> = JSON.parse(
  readFileSync(new URL("pretrained.json", import.meta.url), "utf8"),
);
const folder = resolve(fileURLToPath(import.meta.url), "../../../.weights");

/** The weights of ImageNet that the set-up fetches for a network; undefined where there are none. */
export function shippedWeights(network: string): Weights | undefined {
  if (!Object.hasOwn(listed, network)) return undefined;
  const { file, sha256 } = listed[network];
  return { file, sha256 };
}

/** The weights in a safetensors file. Throws a Problem where there is none. */
export function weightsIn(path: string, where: string): Weights {
  const file = resolve(path);
  if (!existsSync(file))
    throw new Problem(`${where}: found "${path}", which is no file, expected a safetensors file or "random"`);
  return { file, sha256: hash(readFileSync(file)) };
}

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * The arrays of weights by the paths of a network's encoder. Throws a Problem where the file is gone or another one than was meant, or of another network.
 */
export function readWeights(
  { file, sha256 }: Weights,
  { name, namings = [], make }: NetworkKind,
  of: Parameters<NetworkKind["make"]>[0],
): Record<string, Entry> {
  const path = isAbsolute(file) ? file : join(folder, file);
  const remedy = isAbsolute(file) ? "put it back, or name it with --weights where it is now" : 'run "npm run setup"';
  if (!existsSync(path)) throw new Problem(`${path}: the weights that ${name} begins with are not there; ${remedy}`);
  const bytes = readFileSync(path);
  const found = hash(bytes);
  if (found !== sha256)
    throw new Problem(
      `${path}: found sha256 ${found.slice(0, 10)}, expected ${sha256.slice(0, 10)}, the weights this run begins with; ${remedy}`,
    );
  return fromPretrained(decodeSafetensors(bytes, path).entries, encoderShapes(make(of).encoder), namings, path);
}

function encoderShapes(encoder: ReturnType<NetworkKind["make"]>["encoder"]): Record<string, number[]> {
  return tf.tidy(() => {
    const params = encoder.init(stream(0, "shapes"));
    const shapes = Object.entries(flatten(params)).map(([path, { shape }]): [string, number[]] => [path, shape]);
    disposeParams(params);
    return Object.fromEntries(shapes);
  });
}
