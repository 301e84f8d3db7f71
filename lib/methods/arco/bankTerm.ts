import { statistic } from "../../engine/params.js";
import { stream } from "../../engine/random.js";
import * as tf from "../../engine/tf.js";
import { entropy, entropyMasks, entropyPercent } from "../../losses/entropyMasks.js";
import { bankInit, bankSelection, memoryBankContrast, remember } from "../../losses/memoryBank.js";
import { Problem } from "../../problem.js";
import { groupsOf } from "../../samplers/groups.js";
import { samplers } from "../../samplers/index.js";
import { batchFeatureMeans, batchFeaturesAt, pixelSets } from "../batchFeatures.js";
import type { Setup } from "../method.js";
import type { Models } from "./models.js";
import type { ArcoOptions, ContrastOptions } from "./options.js";
import type { Term } from "./term.js";

/** The released L_contrast: negatives come from a memory bank, which holds for each class the pixels to which the teacher gave it a low rank. */
export function bankTerm(setup: Setup<ArcoOptions>, models: Models): Term {
  const { seed, steps, options, classes, imageSize, observe } = setup;
  const { bank: capacity, queries, negatives, temperature, available } = options.contrast;
  if (options.teacher.view === "weak" || available !== "entropy")
    throw new Problem(
      `contrast.from: found "bank" with teacher.view "${options.teacher.view}" and contrast.available "${available}", expected "strong" and "entropy"`,
    );
  refuseIdle(options);
  // The released bank begins with one row, of zeros in 2D and of normal numbers in 3D; the background keeps 5/3 of the others' rows (50,000 and 30,000).
  const firstRow = (at: number) => {
    const rng = stream(seed, "bank", at);
    const row = Array.from({ length: options.representation }, () => (imageSize.length === 2 ? 0 : rng.normal()));
    return tf.tensor2d([row]);
  };
  const banks = Array.from({ length: classes }, (_, at) =>
    bankInit(at === 0 ? Math.round((capacity * 5) / 3) : capacity, firstRow(at)),
  );
  const entered = statistic(tf.ones([classes], "int32"));
  const sampler = samplers[released[options.sampler] ?? options.sampler];
  return {
    variables: {
      ...Object.fromEntries(banks.map(({ rows }, at) => [`bank/${at}`, rows])),
      "bank/entered": entered,
    },
    async prepare({ step, labeledImage, viewImage, truth, view, teacher, teacherMatrix, probability }) {
      (await entered.data()).forEach((count, at) => {
        banks[at].entered = count;
      });
      const entropies = tf.tidy(() => {
        const output = models.student(labeledImage, viewImage, step, { track: false });
        return entropy(output.unlabeled);
      });
      const labels = Int32Array.from([...truth, ...view.labels]);
      const masks = entropyMasks(labels, await entropies.data<"float32">(), entropyPercent(step, steps));
      entropies.dispose();
      if (!probability)
        throw new Problem(
          'contrast.from: found "bank" and no probabilities of the teacher, expected teacher.view "strong"',
        );
      const pixels = { labels, labeled: truth.length, probabilities: await probability.data<"float32">(), ...masks };
      const selection = bankSelection(pixels);
      const teacherRows = (at: Int32Array) => batchFeaturesAt(teacher, at).matMul(teacherMatrix);
      tf.tidy(() => {
        for (const [at, keys] of selection.keys.entries()) if (keys.length > 0) remember(banks[at], teacherRows(keys));
        entered.assign(
          tf.tensor1d(
            banks.map((bank) => bank.entered),
            "int32",
          ),
        );
      });
      let calls = 0;
      const draw = (count: number, n: number) => {
        const population = { pixels: Int32Array.from({ length: count }, (_, i) => i), shape: [1, count] };
        const { index } = sampler.draw(
          population,
          groupsOf(new Int32Array(count)),
          n,
          stream(seed, "bank draw", step, calls),
        );
        observe?.(`draw ${calls++}`, index, [n]);
        return index;
      };
      return {
        loss: ({ maps }, matrix) =>
          memoryBankContrast(
            selection,
            banks,
            {
              student: (at) => batchFeaturesAt(maps, at).matMul(matrix()),
              teacherMeans: (lists) =>
                batchFeatureMeans(teacher, pixelSets(lists, labels.length)).matMul(teacherMatrix),
            },
            draw,
            { queries, negatives, temperature },
          ),
      };
    },
  };
}

/** What has one value only with the memory bank, which does as the released code does. */
const only = {
  which: "released",
  draw: "own",
  classes: "pixels",
  similarity: "cosine",
  reduction: "mean",
} as const satisfies Partial<ContrastOptions>;

function refuseIdle({ contrast, replacement, groups }: ArcoOptions): void {
  const refuse = (field: string, found: unknown, expected: unknown) => {
    throw new Problem(
      `${field}: found ${JSON.stringify(found)} with contrast.from "bank", which knows nothing but ${JSON.stringify(expected)}; leave it, or set contrast.from to "batch"`,
    );
  };
  for (const [name, expected] of Object.entries(only)) {
    const found = contrast[name as keyof typeof only];
    if (found !== expected) refuse(`contrast.${name}`, found, expected);
  }
  if (!replacement) refuse("replacement", replacement, true);
  if (groups !== "grid") refuse("groups", groups, "grid");
}

/** The samplers as the released code has them: by position in a list. */
const released: Readonly<Record<string, string>> = {
  ns: "ns",
  sg: "sgReleased",
  sag: "sagReleased",
};
