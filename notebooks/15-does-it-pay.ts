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
// # Does it pay? ARCO against supervised training and against its own pseudo labels
//
// **Question.** Unlabelled scans help in the tables of papers. Do they here, in as many updates for every arm; is the gain that of ARCO's own losses, of the pseudo labels
// that any such method has, or of their augmentation; and does a better sampler of pixels show in it?
//
// **What is compared.** *Supervised* training on the labelled scans alone; supervised training *with ARCO's augmentation* of them (cut-mix, contrast and brightness), which no unlabelled scan enters; the *control* arm,
// which is ARCO without anything that is its own: pseudo labels of a teacher on mixed images, no contrast, no nearest neighbours; and ARCO with naive (NS), stratified (SG) and stratified-antithetic (SAG) draws
// of its queries, which are the pixels that the student is unsure of, at $\lambda_1$ = 0.1, without a pre-training. These are the arms of the evidence (`docs/evidence.md`), which says how they were chosen.
// Every training has a draw of the labelled scans and a seed of its own, which all arms share; so a difference is one of pairs, and its interval holds for other scans and seeds than these.
// Where ACDC is at hand (`ARCO_DATA`), it is ACDC with three labelled patients and 2,000 updates each, else the hippocampus sample with three labelled volumes and 200.
//
// **What to expect.** On ACDC ten points between supervised training and ARCO, of which nearly nine are had by augmenting the labelled scans (`docs/evidence-acdc.md`); on the sample two or three, of which as good as all are. Between the arms
// that use unlabelled scans there is little, and stratified draws are not above naive ones. What can be said of it is computed below, beside the smallest difference that so many pairs would have shown.
//
// **Time.** On the sample about ten minutes on two cores, on ACDC about four hours the first time; what is trained is kept, and a training that is interrupted goes on where it stopped.

// %%
import { pairedDifferences, parameters, progress, sheetView, show } from "arco";
import { benchmarks } from "arco/benchmarks/index";
import { curvesSheet, differencesOf, learningCurves, learningFigure } from "arco/studies/curves";

// %% [markdown]
// ## The arms
// `compare` names the differences that are tested, all of them together corrected by Holm.

// %%
const augmented = "supervised with ARCO's augmentation";
const hard = { pretraining: null, options: { contrast: { which: "hard" }, weights: { contrast: 0.1 } } };
const arms = [
  "supervised", { name: "supervised", title: augmented, changes: { options: { mixing: "cutmix", photometric: true } } }, "control",
  ...["NS", "SG", "SAG"].map((sampler) => ({ name: `arco-${sampler.toLowerCase()}`, title: `ARCO-${sampler}`, changes: hard })),
];
const compare = [["supervised", "ARCO-SG"], [augmented, "ARCO-SG"], ["control", "ARCO-SG"], ["ARCO-NS", "ARCO-SG"], ["ARCO-NS", "ARCO-SAG"]] as const;

// %% [markdown]
// ## The trainings

// %%
const lab = parameters({ seeds: 5 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 5
const benchmark = benchmarks.acdc.find() === undefined ? "hippocampus" : "acdc";
const choice = { arms, compare, benchmark, labeled: 3, replicates: lab.seeds.length, config: { preset: lab.preset } };
const found = await progress("Training", (live) => learningCurves({ ...choice, runs: lab.runs, ...live }));

// %% [markdown]
// ## How they learn
// Validation Dice while training: by equal numbers of updates, by equal numbers of images, and by time. The pre-training of ARCO is counted in all three.

// %%
for (const by of ["updates", "images", "seconds"] as const) show(learningFigure(found, { by }));

// %% [markdown]
// ## Where they end
// The last weights, on the test cases. Those that are best on validation stand beside them: what choosing them would have added.

// %%
show(sheetView({ ...curvesSheet(found), findings: [] }));

// %% [markdown]
// ## The differences
// In pairs of the same draw and seed.

// %%
show(pairedDifferences(differencesOf(found), { x: "difference in test Dice (points)" }));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
for (const sentence of curvesSheet(found).findings) show(`- ${sentence}`);

// %% [markdown]
// ## Change one thing
// An arm may have changes: `arms: ["arco-sg", { name: "arco-sg", changes: { options: { contrast: { queries: 64 } } } }]` asks whether a quarter of the queries do as well,
// `{ name: "control", changes: { options: { teacher: { mode: "eval" } } } }` whether a calmer teacher does better. The same from a terminal: `npx arco curve --help`.
