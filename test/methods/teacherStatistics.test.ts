import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import { narrow } from "../narrow.js";
import { run, trial, values } from "./trial.js";

before(() => startEngine());

/** Running statistics of a network, by path. */
async function statistics(trainer: ReturnType<typeof trial>, network: string) {
  const all = await values(trainer, `${network}/`);
  const found = Object.entries(all).filter(([path]) => /\.(mean|variance)$/.test(path));
  assert.ok(found.length > 0, network);
  return found.map(([path, numbers]) => `${path.slice(network.length)} ${numbers.join(" ")}`);
}

// with the statistics that it began with, mean 0 and variance 1, it would be a network that nobody has trained
for (const [name, more] of [
  ["arco", {}],
  ["action", {}],
  ["reco", { tested: "student" }],
] as const)
  test(`${name}: a teacher in evaluation mode normalises with the student's statistics, one in training mode with its own`, async () => {
    const differing = async (mode: "train" | "eval") => {
      const trainer = trial(name, { network: narrow, options: { ...more, representation: 8, teacher: { mode } } });
      await run(trainer, 3);
      const [student, teacher] = [await statistics(trainer, "model"), await statistics(trainer, "teacher")];
      trainer.dispose();
      return teacher.filter((one, at) => one !== student[at]).length / student.length;
    };
    assert.equal(await differing("eval"), 0);
    assert.equal(await differing("train"), 1);
  });
