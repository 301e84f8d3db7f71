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
// # What teaches: the pseudo labels, the contrast, or the neighbours?
//
// **Question.** ARCO's loss has four terms: labels, pseudo labels on mixed images, a contrast of pixels, and nearest neighbours among images. Which of them move the network, and which
// of them towards what the true labels of the unlabelled scans would teach?
//
// **What is shown.** Two trainings with three labelled cases: the *control* arm, which has labels and pseudo labels alone, and ARCO-SG with all four terms and its pre-training. First,
// what the pseudo labels are worth, on slices whose labels the trainings did not have: how much of them is right, how much of them is *sure* (of confidence 0.97 and more, which decides
// how much an image counts), and how far confidences can be believed. Then the gradient of the loss, term by term: its size, and its cosine with the gradient that the true labels
// of unlabelled slices would give. The true labels are opened here only to look; no training sees them.
// Where ACDC is at hand (`ARCO_DATA`), it is ACDC, else the hippocampus sample.
//
// **What to expect.** Pseudo labels that are far better than the network that pre-training left, and gradients of the contrast and of the neighbours that are a few percent of the whole. The numbers are computed below.
//
// **Time.** On the sample about six minutes on two cores the first time, on ACDC about an hour; what is trained is kept.

// %%
import { parameters, progress, show, trainArms } from "arco";
import { benchmarks } from "arco/benchmarks/index";
import { armsOf } from "arco/studies/curves";
import { classRows, gradientFinding, gradientRows, labelCurves, labelFinding, labelRows, pseudoLabels, termGradients } from "arco/studies/teaching";

// %% [markdown]
// ## The trainings
// They keep five checkpoints on their way. One that was trained before without keeping any is looked at where it began and at its end.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const benchmark = benchmarks.acdc.find() === undefined ? "hippocampus" : "acdc";
const arms = armsOf({ arms: ["control", "arco-sg"], labeled: 3, benchmark, seeds: lab.seeds, config: { preset: lab.preset } });
const keepEvery = Math.ceil(arms[0].configs[0].steps / 5);
const trained = await progress("Training", (live) => trainArms(arms, { runs: lab.runs, keepEvery, ...live }));

// %% [markdown]
// ## The pseudo labels, over the training
// The student learns from what the teacher says in *training mode*, with dropout and the statistics of the batch. Beside it stand the same teacher in *evaluation mode*, and the student itself.

// %%
const labels = [];
for (const { title, configs } of arms) for (const config of configs) labels.push(...(await pseudoLabels(title, config, { runs: lab.runs })));
show(labelCurves(labels));
show(labelCurves(labels.filter(({ speaker }) => speaker === "teacher in training mode"), { of: "sure" }));

// %% [markdown]
// ## At the end
// *Calibration error*: how far, on average, confidence and the share of right labels lie apart.

// %%
show(labelRows(labels));
show(classRows(labels));

// %% [markdown]
// ## The gradient, term by term
// With respect to the weights of the student's network; the heads of the contrast are left out. *Cosine with the truth's*: 1 where a term teaches what the true labels of
// unlabelled slices would teach, 0 where it teaches something else. Means over eight batches, at the start and at the end of the training.

// %%
const gradients = [];
for (const config of arms[1].configs)
  for (const weights of ["start", "last"] as const)
    gradients.push(...(await termGradients("ARCO-SG", config, { runs: lab.runs, weights })));
show(gradientRows(gradients));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(`- ${labelFinding(labels)}`);
show(`- ${gradientFinding(gradients)}`);

// %% [markdown]
// ## Change one thing
// A larger weight of the contrast, as an arm of its own: `{ name: "arco-sg", changes: { options: { weights: { contrast: 1 } } } }` in `arms`. A lower bar for what is sure: `threshold: 0.9` in `pseudoLabels`.
// Whether a change pays in Dice is asked in `15-does-it-pay`.
