import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { disposeParams, flatten, type Params } from "../engine/params.js";
import { stream } from "../engine/random.js";
import { decodeSafetensors, type Entry } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import { Problem } from "../problem.js";
import { headInit } from "./deeplab/decoder.js";
import type { NetworkKind } from "./index.js";
import { fromPretrained, namesBehind } from "./pretrained.js";

/** Weights that a network or its encoder begins with: a file of the user's, or the name of one that the set-up fetched; and the sha256 of what is in it. */
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
 * The arrays of weights by the paths of a network's encoder, or of the whole network where the file holds it, with ReCo's head ("heads/…") where it has one.
 * Throws a Problem where the file is gone or another one than was meant, of another network, or, if the whole is `needed`, of an encoder alone.
 */
export function readWeights(
  { file, sha256 }: Weights,
  { name, namings = [], make }: NetworkKind,
  of: Parameters<NetworkKind["make"]>[0],
  { needed = "encoder" }: { needed?: "encoder" | "network" } = {},
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
  const { entries } = decodeSafetensors(bytes, path);
  const behind = namesBehind(entries, namings, path);
  if (behind.length === 0 && needed === "network")
    throw new Problem(
      `${path}: found the weights of an encoder alone, expected those of the whole network: without training there is nothing to test (steps is 0)`,
    );
  const hasHead = behind.some((one) => one.startsWith("representation."));
  return fromPretrained(entries, shapesOf(make(of), { isWhole: behind.length > 0, hasHead }), namings, path);
}

function shapesOf(
  network: ReturnType<NetworkKind["make"]>,
  { isWhole, hasHead }: { isWhole: boolean; hasHead: boolean },
): Record<string, number[]> {
  const rng = stream(0, "shapes");
  const [width, inputs] = network.decoder.widths;
  return tf.tidy(() => {
    const parts: [Params, string][] = [
      [isWhole ? network.init(rng) : network.encoder.init(rng), ""],
      ...(hasHead ? [[headInit(rng, inputs, width, width), "heads/"] as [Params, string]] : []),
    ];
    const shapes = parts.flatMap(([params, prefix]) =>
      Object.entries(flatten(params, prefix)).map(([path, { shape }]): [string, number[]] => [path, shape]),
    );
    for (const [params] of parts) disposeParams(params);
    return Object.fromEntries(shapes);
  });
}
