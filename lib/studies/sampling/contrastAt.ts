import { startEngine } from "../../engine/start.js";
import * as tf from "../../engine/tf.js";
import { prototypesOf } from "../../methods/arco/contrastTerm.js";
import { grouping } from "../../methods/arco/grouping.js";
import { modelsOf } from "../../methods/arco/models.js";
import { type ArcoOptions, arcoOptions } from "../../methods/arco/options.js";
import { populations } from "../../methods/arco/populations.js";
import { disposeInputs, prepareStep } from "../../methods/arco/stepInputs.js";
import { batchFeaturesAt } from "../../methods/batchFeatures.js";
import { availableIn } from "../../methods/pseudoLabels.js";
import { Problem } from "../../problem.js";
import { openData, setupOf } from "../../runs/workplace.js";
import type { Groups } from "../../samplers/groups.js";
import type { Population } from "../../samplers/population.js";
import { openBatches } from "../../training/batches/batches.js";
import { batchesOf } from "../../training/batches/ofConfig.js";
import { loadCheckpoint } from "../../training/checkpoint.js";
import type { Config } from "../../training/config/schema.js";
import { disposeBatch, toBatch } from "../../training/loop.js";
import { checkpointOf } from "../step/apart.js";

/** What the contrast of one step is made of, after the networks have seen its batch. */
export interface ContrastAt {
  step: number;
  options: ArcoOptions;
  classes: readonly string[];
  /** Pixels of each class that may be queries, and that may be keys. */
  queries: readonly Population[];
  keys: readonly Population[];
  /** Representations [pixels, D] by the student and by the teacher, and the teacher's mean of each class. */
  studentRows(pixels: Int32Array): tf.Tensor2D;
  teacherRows(pixels: Int32Array): tf.Tensor2D;
  prototypes: tf.Tensor2D;
  /** How the pixels of a class are cut, by each way of grouping. */
  cut: Readonly<Record<ArcoOptions["groups"], (population: Population) => Groups>>;
}

/** Looks at one batch as a step with a run's last weights does, and does something with what the contrast is made of. Throws a Problem where the run has no weights or its queries depend on more than the batch. */
export async function withContrast<T>(
  config: Config,
  { runs, step = 0 }: { runs: string; step?: number },
  act: (at: ContrastAt) => Promise<T>,
): Promise<T> {
  const { seed } = config;
  const options = arcoOptions.parse(config.options);
  if (options.contrast.which !== "all" || options.contrast.from !== "batch")
    throw new Problem(
      `contrast of a step: found contrast.which "${options.contrast.which}" and contrast.from "${options.contrast.from}", expected "all" and "batch"`,
    );
  await startEngine();
  const opened = await openData(config);
  const { classes, imageSize } = opened.benchmark;
  const models = modelsOf({ ...setupOf(config, opened.benchmark), options });
  const batches = await openBatches(opened, { ...batchesOf(config), workers: 0 });
  try {
    loadCheckpoint(checkpointOf(runs, config), models.variables);
    const batch = toBatch(await batches.at(step));
    models.followHead(); // as the step does
    const inputs = await prepareStep(models, batch, options, { seed });
    const { truth, view, teacherView, labeledImage, viewImage } = inputs;
    const among = (seen: typeof view | typeof teacherView) =>
      populations(availableIn(truth, seen, options.contrast), classes.length, imageSize);
    const [queries, keys] = [among(view), among(teacherView)];
    const seen = tf.tidy(() => ({
      maps: models.student(labeledImage, viewImage, step, { track: false }).maps,
      matrix: models.studentMatrix(),
      prototypes: prototypesOf(inputs, keys),
    }));
    const cut = {
      grid: await grouping(inputs, { ...options, groups: "grid" }),
      superpixels: await grouping(inputs, { ...options, groups: "superpixels" }),
      clusters: await grouping(inputs, { ...options, groups: "clusters" }),
    };
    const found = await act({
      step,
      options,
      classes: classes.map(({ name }) => name),
      queries,
      keys,
      studentRows: (pixels) => batchFeaturesAt(seen.maps, pixels).matMul(seen.matrix) as tf.Tensor2D,
      teacherRows: (pixels) => batchFeaturesAt(inputs.teacher, pixels).matMul(inputs.teacherMatrix) as tf.Tensor2D,
      prototypes: seen.prototypes,
      cut,
    });
    disposeInputs(inputs);
    disposeBatch(batch);
    tf.dispose(seen);
    return found;
  } finally {
    models.dispose();
    await batches.close();
  }
}
