import { writeWhole } from "../disk.js";
import { type Entry, encodeSafetensors, readSafetensors } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import { Problem } from "../problem.js";

/** Writes variables and a few strings (the step, what else a resumed run needs) into one safetensors file: whole or not at all. */
export async function saveCheckpoint(
  path: string,
  variables: Readonly<Record<string, tf.Variable>>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const entries: Record<string, Entry> = {};
  for (const [name, variable] of Object.entries(variables))
    entries[name] = { shape: variable.shape, values: (await variable.data()) as Float32Array | Int32Array };
  writeWhole(path, encodeSafetensors(entries, metadata));
}

/** Sets variables to what a checkpoint holds and returns its strings. Throws a Problem, and changes nothing, when the file is damaged or of another network. */
export function loadCheckpoint(path: string, variables: Readonly<Record<string, tf.Variable>>): Record<string, string> {
  const { entries, metadata } = readSafetensors(path);
  for (const [name, { shape, dtype }] of Object.entries(variables)) {
    const [found, expected] = [describe(entries[name]), sizeOf(shape, dtype)];
    if (found !== expected)
      throw new Problem(
        `${path}: "${name}": found ${found}, expected ${expected}; it is the checkpoint of another network or method`,
      );
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(variables))
      variable.assign(tf.tensor(entries[name].values, variable.shape, variable.dtype));
  });
  return metadata;
}

const describe = (entry?: Entry) =>
  entry ? sizeOf(entry.shape, entry.values instanceof Int32Array ? "int32" : "float32") : "nothing";

/** "3×3×1×16", "a number", "4 of int32". */
const sizeOf = (shape: readonly number[], dtype: string) =>
  (shape.join("×") || "a number") + (dtype === "float32" ? "" : ` of ${dtype}`);
