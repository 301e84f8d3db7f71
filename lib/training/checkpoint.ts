import { readFileSync } from "node:fs";
import writeFileAtomic from "write-file-atomic";
import { decodeSafetensors, type Entry, encodeSafetensors } from "../engine/safetensors.js";
import * as tf from "../engine/tf.js";
import { Problem } from "../problem.js";

/** Writes variables and a few strings (the step, what else a resumed run needs) into one safetensors file: whole or not at all. */
export async function saveCheckpoint(path: string, variables: Readonly<Record<string, tf.Variable>>, metadata: Readonly<Record<string, string>>): Promise<void> {
  const entries: Record<string, Entry> = {};
  for (const [name, variable] of Object.entries(variables))
    entries[name] = { shape: variable.shape, values: (await variable.data()) as Float32Array };
  await writeFileAtomic(path, Buffer.from(encodeSafetensors(entries, metadata)));
}

/** Sets variables to what a checkpoint holds and returns its strings. Throws a Problem, and changes nothing, when the file is damaged or of another network. */
export function loadCheckpoint(path: string, variables: Readonly<Record<string, tf.Variable>>): Record<string, string> {
  const { entries, metadata } = decodeSafetensors(readFileSync(path), path);
  for (const [name, { shape }] of Object.entries(variables)) {
    const found = entries[name]?.shape.join("×") ?? "nothing";
    if (found !== shape.join("×")) throw new Problem(`${path}: "${name}": found ${found}, expected ${shape.join("×") || "a number"}; it is the checkpoint of another network or method`);
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(variables)) variable.assign(tf.tensor(entries[name].values, variable.shape));
  });
  return metadata;
}
