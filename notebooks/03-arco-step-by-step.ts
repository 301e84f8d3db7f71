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
// so that everything the step decides can be inspected:
// $L = L_\text{sup} + \lambda_1 L_\text{contrast} + \lambda_2 L_\text{unsup} + \lambda_3 L_\text{nn}$.
// Real data: the hippocampus sample, one volume labelled, 59 unlabelled.
//
// **What to expect.** Observing changes nothing: the terms of the loss must be those in the run's log, to the last bit.
// Which part of the loss is largest, and where the time goes, is computed below.
//
// **Time.** About two minutes on two cores the first time, then seconds. This page measures time: its last figure differs between executions.

// %%
import { parameters, progress, readLog, resolveConfig, show, stepCost, trainRun } from "arco";
import {
  chosenNegatives, chosenQueries, confidences, distanceFromLog, eventRows, loadedImages, populationRows, pseudoLabels, stepCosts,
  strongViews, takeApart, termRows,
} from "arco/studies/step";

// %% [markdown]
// ## A run to look into
// Pre-training, then fine-tuning; runs that exist are not trained again.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const config = resolveConfig({ method: "arco", preset: lab.preset, seed: lab.seeds[0] });

// %%
const trained = await progress("Training", (live) => trainRun(config, { runs: lab.runs, ...live }));

// %% [markdown]
// ## What happens in the step
// In order. Give `weights: "last"` and another `step` to look at the end of the training instead.

// %%
const apart = await takeApart(config, { runs: lab.runs, weights: "start", step: 0 });
show(eventRows(apart));

// %% [markdown]
// ## The images as loaded
// Half of the batch is labelled: only these outlines enter $L_\text{sup}$, Dice and cross entropy with equal weights.

// %%
show(loadedImages(apart));

// %% [markdown]
// ## The teacher's pseudo labels
// The teacher, a moving average of the student (momentum 0.99), sees the unlabelled images unchanged; its most likely class is the pseudo label $\hat y$.
// A pixel takes part in the contrast if the teacher's confidence is at least 0.7; $L_\text{unsup}$ weights each image by the share of its pixels with at least 0.97.

// %%
show(pseudoLabels(apart));
show(confidences(apart));

// %% [markdown]
// ## What the student sees
// The strong view: a box in each image is replaced by the same box of the next image (CutMix), then grey values are changed.
// Pseudo labels and confidences are mixed in the same way, so that $L_\text{unsup}$, the cross entropy to $\hat y$, asks the student for the same answer on a harder input.

// %%
show(strongViews(apart));

// %% [markdown]
// ## The pixels that are compared
// $L_\text{contrast}$ compares each query $r_q$ with the mean of its class (the positive key, from the teacher) and with pixels of other classes (the negative keys):
//
// $$-\log \frac{e^{r_q \cdot r_k^+/\tau}}{e^{r_q \cdot r_k^+/\tau} + \sum_k e^{r_q \cdot r_k^-/\tau}}, \qquad \tau = 0.5.$$
//
// There are far more pixels than can be compared; naive (NS), stratified (SG) and stratified-antithetic sampling (SAG) differ in which ones they draw. This run uses SG.

// %%
show(populationRows(apart));
show(chosenQueries(apart));
show(chosenNegatives(apart, { of: 1 }));

// %% [markdown]
// ## The terms of the loss
// With their weights $\lambda_1 = 0.01$, $\lambda_2 = 1$ and $\lambda_3 = 0.01$ (with the paper's 1 all representations collapse to one; see `07-paper-against-code`, 46).
// $L_\text{nn}$ pulls the mean representation of an unlabelled image towards its five nearest neighbours among the last 36.
// The second table shows the same images with the weights at the end of the training.

// %%
const last = await takeApart(config, { runs: lab.runs, weights: "last", step: 0 });
show(termRows(apart));
show(termRows(last));

// %% [markdown]
// ## What it costs
// Medians of five steps after a first one, without computing the losses of all pixels. The times are those of the machine that executed this page.

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
