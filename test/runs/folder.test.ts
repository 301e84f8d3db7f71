import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { foldersOf, runFolder, runName, trainingFolder } from "../../lib/runs/folder.js";
import { openRun } from "../../lib/runs/run.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { temporary } from "../temporary.js";
import { sampleRun } from "./samples.js";

const home = temporary("arco-folder-");
const given = { benchmark: "hippocampus", preset: "smoke" } as const;
const config = resolveConfig(given);
const name = runName(config);

/** Runs of one config beside each other, each finished or half done, by today's code or by another. */
async function runsOf(
  store: string,
  ...all: ("finished" | "half" | "finished of other code" | "half of other code")[]
) {
  const runs = join(home, store);
  for (const [at, state] of all.entries()) {
    const apart = join(home, `${store}-${at}`);
    const { folder } = await sampleRun(apart, given, { cases: 1, finished: state.startsWith("finished") });
    writeFileSync(join(folder, "checkpoints", "last.safetensors"), "");
    if (state.endsWith("other code")) {
      const [code] = JSON.parse(readFileSync(join(folder, "code.json"), "utf8"));
      writeFileSync(join(folder, "code.json"), JSON.stringify([{ ...code, digest: "0", files: {} }]));
    }
    mkdirSync(runs, { recursive: true });
    renameSync(folder, join(runs, at === 0 ? name : `${name}~${at + 1}`));
  }
  return runs;
}

/** Which of a config's folders is shown, which one is trained, and which when it is to be trained again; 0 for a new one. */
function choices(runs: string) {
  const number = (folder: string) => foldersOf(runs, config).indexOf(folder) + 1;
  const again = (["otherCode", "any"] as const).map((one) => number(trainingFolder(runs, config, { again: one })));
  return [number(runFolder(runs, config)), number(trainingFolder(runs, config)), ...again];
}

test("shown is the newest result of today's code, else the newest; trained is what today's code has begun; again begins what is missing of it", async () => {
  for (const [at, [states, expected]] of (
    [
      [["finished"], [1, 1, 1, 0]],
      [["finished of other code"], [1, 1, 0, 0]],
      [["half"], [1, 1, 1, 1]],
      [["half of other code"], [1, 1, 0, 0]],
      [
        ["finished of other code", "finished"],
        [2, 2, 2, 0],
      ],
      [
        ["finished", "finished of other code"],
        [1, 1, 1, 0],
      ],
      [
        ["finished", "finished"],
        [2, 2, 2, 0],
      ],
      [
        ["finished of other code", "half"],
        [1, 2, 2, 2],
      ],
      [
        ["finished of other code", "half of other code"],
        [1, 1, 0, 0],
      ],
    ] as const
  ).entries())
    assert.deepEqual(choices(await runsOf(`case ${at}`, ...states)), expected, states.join(", "));
});

test("a folder that was moved away leaves the others where they are", async () => {
  const runs = await runsOf("moved", "finished of other code", "finished");
  rmSync(join(runs, name), { recursive: true });
  assert.equal(basename(runFolder(runs, config)), `${name}~2`);
  assert.equal(basename(trainingFolder(runs, config, { again: "any" })), name);
});

test("what only watches a training is not part of its name; a run that was watched less than is asked for is trained beside", () => {
  const runs = join(home, "watched");
  const arco = (ledger: object, more: PartialConfig = {}) =>
    resolveConfig({ ...given, method: "arco", ...more, options: { ledger: { every: 100, ...ledger } } });
  const rare = openRun(runs, arco({}));
  rare.close();
  const folderOf = (ledger: object) => basename(runFolder(runs, arco(ledger)));
  const own = basename(rare.folder);
  assert.deepEqual([{ every: 0 }, { every: 100 }, { every: 200 }].map(folderOf), [own, own, own]);
  assert.deepEqual([{ every: 20 }, { every: 150 }, { repeats: 8 }].map(folderOf), [`${own}~2`, `${own}~2`, `${own}~2`]);
  const often = openRun(runs, arco({ every: 20 }));
  often.close();
  assert.equal(basename(often.folder), `${own}~2`);
  const later = openRun(runs, arco({ every: 0 }));
  later.close();
  assert.deepEqual(later.config, often.config, "it goes on as it was begun");
  assert.notEqual(runName(arco({}, { seed: 1 })), own);
});
