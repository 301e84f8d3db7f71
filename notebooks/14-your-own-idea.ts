// -*- coding: utf-8 -*-
// ---
// jupyter:
//   jupytext:
//     formats: ipynb,ts:percent
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//       jupytext_version: 1.19.6
//   kernelspec:
//     display_name: TypeScript (arco)
//     language: typescript
//     name: arco
// ---

// %% [markdown]
// # Your own idea: a sampler, a method, a loss
//
// **Question.** You have an idea. What does it take to compare it with existing methods, on the same data and with the same seeds?
//
// **What is shown.** Four things in a few lines each: draw pixels, score two masks, look at a scan, train a network on arrays. Then a *sampler* of ten lines
// (it draws along the boundary of a class) beside SG, in variance and in Dice; a *method* of thirty lines beside three others in five pairs of draw and seed,
// with a verdict, after the contract that all methods keep; and a *loss* changed in place.
//
// **What to expect.** What you register here is treated like the lab's own: configs, tables, the variance ledger and the contract know it by its name.
// Whether the ideas are any good is for the numbers below to say.
//
// **Time.** About twelve minutes on two cores the first time, seconds when the runs are there.

// %%
import {
  type Batch, contract, gridGroups, lossAndGradients, type Optimizer, optimizer, overlay, owned, pairedDifference, pairedDifferences, parameters, parts, populationOf,
  progress, readNifti, registerMethod, registerSampler, resolveConfig, samplers, score, type Setup, sheetView, show, slice, ssl4mis, startEngine, stream,
  type Segmenting, student, supervised, testDice, tf, trainArms, trainOnArrays, z,
} from "arco";
import { curvesSheet, differencesOf, learningCurves, learningFigure } from "arco/studies/curves";
import { ownSamplerRows } from "arco/studies/sampling";

// %%
const lab = parameters({ seeds: 5 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 5
const seeds = lab.seeds.slice(0, 2); // of the sampler's arms
const engine = await startEngine(); // before the first tensor is made

// %% [markdown]
// ## A few lines each
// Draw 16 pixels of a disc with SAG on a grid of 4 × 4 cells:

// %%
const disc = Array.from({ length: 32 * 32 }, (_, i) => Number((i % 32 - 16) ** 2 + (Math.floor(i / 32) - 16) ** 2 < 144));
const population = populationOf(disc, [32, 32]);
const { index } = samplers.sag.draw(population, gridGroups(population, { cells: 4 }), 16, stream(0, "try"));
const drawn = new Set(Array.from(index, (at) => population.pixels[at]));
const panel = { title: "drawn by SAG", image: disc, shape: [32, 32] as [number, number], truth: disc.map((_, i) => Number(drawn.has(i))) };
show(overlay([panel], { classes: [{ name: "other" }, { name: "drawn" }], title: "Sixteen pixels of a disc" }));

// %% [markdown]
// Dice and surface distance of two masks:

// %%
const [truth, moved] = [Uint8Array.from(disc), Uint8Array.from(disc, (_, i) => disc[i - 2] ?? 0)];
const { dice, assd } = score({ data: moved, shape: [32, 32] }, { data: truth, shape: [32, 32] });
show([{ dice, assd }]);

// %% [markdown]
// A scan, and a slice of it:

// %%
const scan = readNifti("../data/hippocampus/imagesTr/hippocampus_003.nii.gz");
const middle = slice(scan, scan.shape[0] >> 1);
show(overlay([{ title: scan.path.split("/").pop() ?? "", image: middle.data, shape: middle.shape }], { classes: [], title: "The middle slice" }));

// %% [markdown]
// A U-Net on arrays of your own, for five steps:

// %%
const training = trainOnArrays({ classes: 2, imageSize: [32, 32] });
const losses: number[] = [];
for (let step = 0; step < 5; step++) losses.push((await training.step(Float32Array.from(disc), Int32Array.from(disc))).loss);
training.dispose();
show([{ first: losses[0], last: losses[4] }]);

// %% [markdown]
// ## A sampler in ten lines
// Half of the pixels come from the boundary of the class, half from its inside. Each half counts by its share of the class, $w_m = N_m/N$, so that the estimate
// $\sum_m w_m \bar h_m$ stays unbiased although the boundary is drawn more often, which is what keeps a comparison of variances fair.

// %%
const boundary = registerSampler({ name: "boundary", draw({ pixels, shape }, groups, n, rng) {
  const [inside, width] = [new Set(pixels), shape[shape.length - 1]];
  const isEdge = (p: number) => [p - 1, p + 1, p - width, p + width].some((q) => !inside.has(q));
  const sides = [true, false].map((side) => Int32Array.from(pixels.keys()).filter((i) => isEdge(pixels[i]) === side));
  const halves = sides.filter(({ length }) => length > 0);
  const half = (k: number) => halves[k % halves.length];
  const draws = (k: number) => Math.ceil((n - (k % halves.length)) / halves.length); // of that half
  const index = Int32Array.from({ length: n }, (_, k) => half(k)[rng.integer(0, half(k).length)]);
  return { index, weight: Float32Array.from(index, (_, k) => half(k).length / pixels.length / draws(k)), group: index.map((i) => groups.label[i]) };
} });

// %% [markdown]
// It is now an option of ARCO like the others. The ledger of its training holds the variance of its draws beside those of NS and SG, on the same losses.
// The table gives ratios of variances (geometric means over the ledger's entries): below 1, a sampler is better than SG.

// %%
const common = { benchmark: "hippocampus", preset: lab.preset } as const;
const withSampler = (sampler: string) => ({
  title: `ARCO, ${sampler}`,
  configs: seeds.map((seed) => resolveConfig({ ...common, method: "arco", seed, options: { sampler, ledger: { every: 20 } } })),
});
const sampled = await progress("Training", (live) => trainArms([withSampler("sg"), withSampler("boundary")], { runs: lab.runs, ...live }));
show(ownSamplerRows("boundary", sampled).map(({ quantity, timesSG, nsTimesSG, entries }) =>
  ({ quantity, "boundary / SG": timesSG, "NS / SG": nsTimesSG, entries })));

// %%
show(pairedDifference(testDice(sampled), { baseline: "ARCO, sg", x: "difference in Dice (0 to 1)" }));

// %% [markdown]
// ## A method in thirty lines
// Pseudo labels in their plainest form (Lee 2013): the network's own most likely classes serve as labels for the unlabelled images.

// %%
const options = z.strictObject({ weight: z.number().min(0).max(10).default(0.5).describe("of the loss on pseudo labels") });
/** Dice and cross entropy on the labels, and on what the network itself finds most likely elsewhere. */
function lossesOf(model: Segmenting, batch: Batch, guess: tf.Tensor, weight: number) {
  const [{ labeled, unlabeled }, forward] = [parts(batch.image, batch), model.at(batch.step)];
  const given = supervised(forward(labeled).logits, batch.label, { scale: 0.5 });
  const own = supervised(forward(unlabeled).logits, guess, { scale: 0.5 });
  return { loss: given.add(own.mul(weight)) as tf.Scalar, supervised: given, pseudo: own };
}

// %%
function oneStep(model: Segmenting, update: Optimizer, batch: Batch, weight: number) {
  const guess = model.predict(parts(batch.image, batch).unlabeled).argMax(-1).cast("int32");
  const { terms, gradients } = lossAndGradients(Object.values(model.trained), () => lossesOf(model, batch, guess, weight));
  update.apply(gradients, batch.step);
  return terms;
}

// %%
function create(setup: Setup<{ weight: number }>) {
  const model = student(setup);
  const update = optimizer(model.trained, setup.steps, setup.optimizer);
  const step = async (batch: Batch) => tf.tidy(() => oneStep(model, update, batch, setup.options.weight));
  return { step, predict: model.predict, ...owned(model, update) };
}
const told = { name: "pseudo", title: "Pseudo labels", cite: "Lee 2013", dimensions: [2, 3] as const, labeled: true, unlabeled: true };
const pseudo = registerMethod({ ...told, options, recipe: ssl4mis({ unlabeled: true }), create });

// %% [markdown]
// Before it trains for hours, the contract that all methods keep: it learns, it can be resumed, it leaves no tensor behind.

// %%
show(await contract(pseudo));

// %% [markdown]
// Then beside three others, with three labelled volumes: every method is trained in the same pairs, each of a draw of the labelled volumes and a seed of everything else.
// From five pairs on a difference may be called decided: where the paired t-test says so after Holm's correction, and the sign-flip test agrees.

// %%
const others = ["supervised", "meanTeacher", "cps"];
const choice = { arms: [...others, "pseudo"], compare: others.map((other) => [other, "pseudo"] as const), benchmark: "hippocampus", labeled: 3 };
const asked = { ...choice, replicates: lab.seeds.length, config: { preset: lab.preset } };
const compared = await progress("Training", (live) => learningCurves({ ...asked, runs: lab.runs, ...live }));
show(learningFigure(compared));

// %%
show(sheetView({ ...curvesSheet(compared), findings: [] }));
show(pairedDifferences(differencesOf(compared), { x: "difference in test Dice (points)" }));

// %% [markdown]
// The verdict, computed from the runs:

// %%
for (const sentence of curvesSheet(compared).findings) show(`- ${sentence}`);

// %% [markdown]
// ## A loss changed in place
// Open `lib/losses/consistency.ts` in an editor, change the square to an absolute value, save, and run the import cell and the cell above again.
// Runs of the mean teacher are now marked as made by other code, and the file that differs is named. `again: true` in `trainArms` trains them anew
// beside the old ones. No result of other code is ever shown as if today's had made it.
