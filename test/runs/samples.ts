import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { writeNifti } from "../../lib/images/nifti/index.js";
import type { Volume } from "../../lib/images/volume.js";
import { score } from "../../lib/metrics/score.js";
import { summarise } from "../../lib/metrics/summarise.js";
import { predictionPath } from "../../lib/runs/assess.js";
import { codeOf } from "../../lib/runs/code.js";
import type { Environment } from "../../lib/runs/environment.js";
import { recordCode } from "../../lib/runs/madeBy.js";
import { openRun } from "../../lib/runs/run.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import type { Metrics } from "../../lib/training/evaluation/metrics.js";

/** Where no training is needed: a finished run, of the hippocampus sample if nothing else is said, whose "prediction" is the truth moved by some voxels. */
export async function sampleRun(
  runs: string,
  given: PartialConfig,
  { shift = 1, cases = 3, phantom = false, finished = true } = {},
): Promise<{ folder: string; metrics: Metrics }> {
  const config = resolveConfig({ benchmark: "hippocampus", preset: "smoke", ...given });
  const opened = await benchmarks[config.benchmark].open({ labeled: config.labeled });
  opened.openTest();
  const run = openRun(runs, config);
  const classes = opened.benchmark.classes.slice(1).map(({ name }) => name);
  const scored: Metrics["cases"] = [];
  for (let index = 0; index < cases; index++) {
    const { id, label } = await opened.test.read(index);
    const prediction = moved(label, shift);
    const mask = ({ data, shape }: Volume<Uint8Array>, value: number) => ({
      data: data.map((found) => (found === value ? 1 : 0)),
      shape,
    });
    scored.push({
      id,
      scores: classes.map((_, c) => score(mask(prediction, c + 1), mask(label, c + 1), { spacing: label.spacingMm })),
    });
    mkdirSync(join(run.folder, "predictions"), { recursive: true });
    writeNifti(run.path(...predictionPath(id)), prediction);
  }
  const perCase = Object.fromEntries(
    scored.map(({ id, scores }) => [id, scores.reduce((sum, { dice }) => sum + dice / scores.length, 0)]),
  );
  const last = Object.values(perCase).reduce((sum, dice) => sum + dice / scored.length, 0);
  for (let step = 1; step <= config.steps; step++) {
    const dice = step === config.steps ? last : 0.5 + step / 100 - shift / 50;
    run.appendLog({ step, rate: 0.01, loss: 1 / step + shift / 10 });
    if (step % config.validateEvery === 0) run.appendLog({ step, validation: { dice, perClass: [0.5, 0.5], perCase } });
  }
  const sums = summarise(scored.map(({ scores }) => scores));
  const { benchmark, labeled, labeledSeed, method, preset, protocol, seed, steps } = config;
  const metrics: Metrics = {
    ...{
      benchmark,
      phantom,
      labeled,
      labeledSeed,
      method,
      preset,
      protocol,
      seed,
      steps,
      checkpoint: config.checkpoint,
      testedStep: steps,
    },
    ...{
      split: "test",
      unit: "mm",
      emptyPolicy: "honest",
      classes,
      cases: scored,
      mean: sums.mean,
      counts: sums.counts,
    },
    perClass: sums.perClass.map((one, c) => ({ name: classes[c], ...one })),
  };
  run.addEnvironment(environment);
  recordCode(run.folder, codeOf(config), 0);
  if (finished) run.writeMetrics(metrics);
  run.close();
  return { folder: run.folder, metrics };
}

/** A label map moved along x; what leaves comes back on the other side. */
function moved({ data, shape, ...rest }: Volume<Uint8Array>, by: number): Volume<Uint8Array> {
  return { data: data.map((_, at) => data[(at + by) % data.length]), shape, ...rest };
}

const environment: Environment = {
  started: "2026-01-02T03:04:05.000Z",
  versions: { arco: "0.1.0", node: "20.19.0", engine: "2.21.0" },
  commit: { id: "0123456789abcdef0123456789abcdef01234567", dirty: false },
  engine: { kind: "cpu", backend: "tensorflow", device: "a test's CPU", threads: 2 },
  ...{ host: "host", system: "linux x64", cpu: "a CPU", cores: 2, memoryGiB: 8 },
};

/** Adds a line to a run's log as a process that is just writing it. */
export const writeHalfLine = (folder: string) => appendFileSync(join(folder, "log.jsonl"), '{"step":');
