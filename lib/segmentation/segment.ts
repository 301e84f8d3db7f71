import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../benchmarks/benchmark.js";
import { benchmarkNamed } from "../benchmarks/index.js";
import { disposeParams, flatten } from "../engine/params.js";
import { stream } from "../engine/random.js";
import { startEngine } from "../engine/start.js";
import * as tf from "../engine/tf.js";
import type { Volume } from "../images/volume.js";
import { methods } from "../methods/index.js";
import { networkOf } from "../methods/method.js";
import { Problem } from "../problem.js";
import { readRun } from "../runs/records.js";
import { setupOf } from "../runs/workplace.js";
import { loadCheckpoint } from "../training/checkpoint.js";
import type { Config } from "../training/config/schema.js";
import { chosenData, type PredictionChoice } from "../training/evaluation/choice.js";
import { readScan, type Trained } from "./scan.js";
import { type Segmentation, type SegmentOptions, segmentVolume } from "./volume.js";

/** How the network of a run is used, where not as its config says. */
export interface SegmenterOptions extends PredictionChoice {
  /** Which weights: those that the run tests, unless told otherwise. */
  checkpoint?: Config["checkpoint"];
}

/** The network of a run at work on scans. */
export interface Segmenter {
  config: Config;
  benchmark: Benchmark & Trained;
  checkpoint: Config["checkpoint"];
  /** Step whose weights these are. */
  step: number;
  /** What is to be known of the network itself, in sentences. */
  warnings: string[];
  /** Segments a scan: the path of a NIfTI or NRRD file, or a volume, as which a photograph comes. */
  segment(scan: string | Volume, options?: SegmentOptions): Promise<Segmentation>;
  dispose(): void;
}

/**
 * The network of a run, for scans of one's own; needs the run's folder and nothing of its data.
 * Runs on the engine of this machine: results equal the run's own evaluation to the last voxel on the same engine with as many threads, unless other windows or components are chosen.
 * Throws a Problem where the choice does not fit the run's data.
 */
export async function segmenter(
  run: string,
  { checkpoint: asked, ...choice }: SegmenterOptions = {},
): Promise<Segmenter> {
  const { config, metrics } = readRun(run);
  const benchmark: Segmenter["benchmark"] = benchmarkNamed(config.benchmark);
  checkRun(run, config);
  const { largestComponent } = choice;
  const viewed = {
    benchmark,
    largestComponent,
    ...benchmark.preprocessing(chosenData(benchmark, config.data, choice)),
  };
  const checkpoint = asked ?? config.checkpoint;
  const weights = join(run, "checkpoints", `${checkpoint === "last" ? "last" : "best"}.safetensors`);
  if (!existsSync(weights))
    throw new Problem(
      `${weights}: missing; the run holds no such weights: train it first (published results have none)`,
    );
  await startEngine();
  const network = networkOf(setupOf(config, benchmark));
  const model = network.init(stream(config.seed, "init"));
  const { step } = loadCheckpoint(weights, flatten(model, "model/"));
  const predict = (image: tf.Tensor) => tf.tidy(() => network.apply(model, image, { training: false }).logits);
  return {
    config,
    benchmark,
    checkpoint,
    step: Number(step),
    warnings: [
      ...(benchmark.phantom ? [`the network was trained on phantom data (${benchmark.name}), not on real scans`] : []),
      ...(metrics ? [] : [`the run is not finished: these are weights of step ${step} of ${config.steps}`]),
    ],
    segment: (scan, options) =>
      segmentVolume(
        { predict },
        viewed,
        typeof scan === "string" ? readScan(scan, benchmark) : { image: scan },
        options,
      ),
    dispose: () => disposeParams(model),
  };
}

/** Segments one scan with the network of a run. For several, keep a `segmenter`. */
export async function segment({
  run,
  scan,
  probabilities,
  uncertainty,
  signal,
  onShare,
  ...options
}: { run: string; scan: string | Volume } & SegmenterOptions & SegmentOptions): Promise<Segmentation> {
  const network = await segmenter(run, options);
  try {
    const { warnings, ...found } = await network.segment(scan, { probabilities, uncertainty, signal, onShare });
    return { ...found, warnings: [...network.warnings, ...warnings] };
  } finally {
    network.dispose();
  }
}

function checkRun(run: string, { method }: Config): void {
  if (methods[method]?.pretrains)
    throw new Problem(
      `${run}: found a pre-training (${method}), which has learnt no classes yet, expected a run of a method that follows it, such as arco`,
    );
}
