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
// # One training step of ARCO, taken apart
//
// **Question.** What does ARCO do in one step of its second phase (fine-tuning, section 3.2 of the paper), and what does each part of it cost?
//
// **What is shown.** A run is trained; then its *first* step is repeated under observation, from the same weights and with the same images,
// so that everything the step decides can be looked at: L = L_sup + λ₁L_contrast + λ₂L_unsup + λ₃L_nn.
// Real data: the hippocampus sample, one volume labelled, 59 unlabelled.
//
// **What to expect.** Observing changes nothing: the terms of the loss must be those in the run's log, to the last bit.
// Which part of the loss is largest, and where the time goes, is computed below.
//
// **Time.** About two minutes on two cores the first time, then seconds. This page is about time: its last figure is different at every execution.

// %%
import { parameters, progress, readLog, resolveConfig, show, stepCost, trainRun } from "arco";
import {
  chosenNegatives, chosenQueries, confidences, distanceFromLog, eventRows, loadedImages, populationRows, pseudoLabels, stepCosts,
  strongViews, takeApart, termRows,
} from "arco/studies/step";

// %% [markdown]
// ## A run to look into
// Pre-training first, then fine-tuning; what is in the store is not trained again.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const config = resolveConfig({ method: "arco", preset: lab.preset, seed: lab.seeds[0] });

// %%
const trained = await progress("Training", (live) => trainRun(config, { runs: lab.runs, ...live }));

// %% [markdown]
// ## What the step tells
// In the order in which it happens. Give `weights: "last"` and another `step` to look at the end of the training instead.

// %%
const apart = await takeApart(config, { runs: lab.runs, weights: "start", step: 0 });
show(eventRows(apart));

// %% [markdown]
// ## The images as loaded
// Half of the batch is labelled: only these outlines enter L_sup, Dice and cross entropy with equal weight.

// %%
show(loadedImages(apart));

// %% [markdown]
// ## The teacher's pseudo labels
// The teacher, a moving average of the student (momentum 0.99), looks at the unlabelled images as they are; its most likely class is the pseudo label ŷ.
// A pixel takes part in the contrast if the teacher's confidence reaches 0.7; L_unsup weighs every image by the share of its pixels that reach 0.97.

// %%
show(pseudoLabels(apart));
show(confidences(apart));

// %% [markdown]
// ## What the student sees
// Strong view: a box of each image is replaced by the same box of the next one (CutMix), then grey values are changed.
// Pseudo labels and confidences move along, so that L_unsup, cross entropy to ŷ, asks the student for the same answer under worse conditions.

// %%
show(strongViews(apart));

// %% [markdown]
// ## The pixels that are compared
// L_contrast compares each query r_q with the mean of its class (the positive key, of the teacher) and with pixels of other classes (the negative keys):
// −log e^(r_q·r_k⁺/τ) / (e^(r_q·r_k⁺/τ) + Σ e^(r_q·r_k⁻/τ)), τ = 0.5. There are far more pixels than can be compared;
// which ones are drawn is what naive sampling (NS), stratified (SG) and stratified-antithetic sampling (SAG) differ in. This run draws by SG.

// %%
show(populationRows(apart));
show(chosenQueries(apart));
show(chosenNegatives(apart, { of: 1 }));

// %% [markdown]
// ## The terms of the loss
// With their weights λ₁ = 0.01, λ₂ = 1 and λ₃ = 0.01 (the paper's 1 makes all representations alike; see `07-paper-against-code`, 46). L_nn draws the mean representation of an unlabelled image towards its five nearest among the last 36.
// The second table is the same step's images at the end of the training.

// %%
const last = await takeApart(config, { runs: lab.runs, weights: "last", step: 0 });
show(termRows(apart));
show(termRows(last));

// %% [markdown]
// ## What it costs
// Medians of five steps after a first one, without observing the losses of all pixels. Times are of the machine that executed this page.

// %%
show(stepCost(await stepCosts(config, { runs: lab.runs }), { subtitle: "median of five steps" }));

// %% [markdown]
// ## What follows
// Computed from the step, not typed in:

// %%
const distance = distanceFromLog(apart, readLog(trained.run));
const [most] = termRows(apart).sort((a, b) => b.share - a.share);
const contrast = termRows(apart).find(({ term }) => term === "contrast");
show(`**The terms of the observed step differ from the run's log by ${distance === 0 ? "nothing, to the last bit" : `up to ${distance} of their value`}.**`);
show(`The largest part of the loss is ${most.symbol}, ${(100 * most.share).toFixed(0)} %; ` +
  `L_contrast, which the samplers are about, has ${(100 * contrast.share).toFixed(1)} % of it after its weight.`);

// %% [markdown]
// ## Change one thing
// Give `resolveConfig` another option, for example `options: { sampler: "sag" }` or `options: { strong: { mixing: "classmix" } }`, and run the cells again.
// The pre-training is shared; only the fine-tuning is another run.
