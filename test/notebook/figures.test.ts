import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lastValidation } from "../../lib/reports/rows.js";
import { runFolder } from "../../lib/runs/folder.js";
import { listRuns } from "../../lib/runs/records.js";
import { figure20Weights } from "../../lib/studies/loss/weightSweep.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { sampleRun } from "../runs/samples.js";
import { trainedDefault } from "../trained.js";
import { countFigures, execute, outputsOf, root, wordsOf } from "./notebooks.js";

const runs = await trainedDefault("figures-"); // one store: what a notebook trained, the next one finds
const environment = { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };

/** Executes a notebook; gives its figures and all its words. */
async function shown(name: string): Promise<{ figures: number; words: string }> {
  const outputs = outputsOf(await execute(join(root, "notebooks", `${name}.ipynb`), environment));
  return { figures: countFigures(outputs), words: wordsOf(outputs).replaceAll("−", "-") };
}

test("the loss's surfaces stand beside their slice, and what lies between, along and inside the regions is all of its variance", async () => {
  const { figures, words } = await shown("08-figure-3-loss-surface");
  assert.equal(figures, 3);
  const parts = [...words.matchAll(/(\d+) % of the loss's variance .*? alone\), (\d+) % .*? and (\d+) % inside/g)];
  assert.equal(parts.length, 2, "start and end");
  for (const [, ...shares] of parts) {
    const sum = shares.reduce((total, share) => total + Number(share), 0);
    assert.ok(Math.abs(sum - 100) <= 2, shares.join()); // each is rounded
  }
});

test("the clouds of pixels have a number for each state of the network", async () => {
  const { figures, words } = await shown("11-embedding");
  assert.equal(figures, 1);
  for (const state of ["untrained", "before fine-tuning", "after fine-tuning"])
    assert.match(words, new RegExp(`^${state} +0\\.\\d+ +-?0\\.\\d+ +0\\.\\d+ +-?\\d\\.\\d+$`, "m"));
  assert.match(words, /Mean silhouette of the classes/);
});

test("the contrastive loss and the variances over training are those of the logs", async () => {
  const { figures, words } = await shown("09-figure-5-loss-over-epochs");
  assert.equal(figures, 3);
  for (const number of [0, 1]) {
    const options = { sampler: "sg", ledger: { every: 5 } };
    const config = resolveConfig({ method: "arco", preset: "smoke", options, seed: number, labeledSeed: number });
    const log = readFileSync(join(runFolder(runs, config), "log.jsonl"), "utf8")
      .trim()
      .split("\n");
    const entries = log.flatMap((line) => JSON.parse(line).ledger ?? []);
    const varies = ({ ns, sg, sag }: Record<string, number>) => Math.min(ns, sg, sag) > 0; // the page leaves out the others
    const own = entries.filter((one) => one.quantity === "gradient" && varies(one) && one.rho !== null);
    const logs = own.map(({ sg, ns }) => Math.log(sg / ns));
    const ratio = Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
    const row = new RegExp(`^ *${number} +gradient +${ratio.toFixed(3).replace(".", "\\.")}`, "m");
    assert.match(words, row);
  }
  assert.match(words, /naive draws of queries make \d+\.\d % .*\(2 trainings\)/);
});

test("a sweep of weights trains the default once and its pre-training once, and shows what the runs reached", async () => {
  const { nearest, unsupervised } = figure20Weights("smoke"); // of which this leaves the notebook the contrast to train
  const largest: Record<string, number>[] = [
    { nearest: Math.max(...nearest) },
    { unsupervised: Math.max(...unsupervised) },
  ];
  for (const weights of largest)
    await sampleRun(runs, { method: "arco", options: { sampler: "sg", weights } }, { shift: 3 });
  const { figures, words } = await shown("10-figure-20-weights");
  assert.equal(figures, 3);
  assert.equal(readdirSync(runs).filter((name) => name.startsWith("hippocampus-relational-")).length, 2); // one is figure 5's
  const sweep = listRuns(runs).filter(
    ({ config }) => config.method === "arco" && isPlain(config.options) && config.seed === 0,
  );
  assert.equal(sweep.length, 4, "the default, and one other value of each of three weights");
  const [best] = sweep.map(({ folder }) => lastValidation(folder).score).sort((a, b) => b - a);
  assert.ok(words.includes(best.toFixed(3)));
  assert.match(words, /contrastive loss, λ₁: mean Dice on validation from/);
});

/** Whether the ledger is at its default: the runs of figure 5 have another. */
const isPlain = (options: object) => JSON.stringify(options).includes('"every":100');
