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
// # Sampling: how much variance do stratified draws save?
//
// **Question.** ARCO computes its contrastive loss at a few hundred pixels of each class, not at all of them, and its claim is that *which*
// pixels are drawn matters: *stratified group sampling* (SG) and its antithetic form (SAG) should give a less variable loss than *naive*
// uniform draws (NS). By how much, on real losses?
//
// **How it is answered.** For a class with $N$ pixels the loss can be computed at every one of them, so the variance of the mean over $n$ drawn pixels
// need not be estimated from draws: it follows exactly from Theorem 3.2 of the paper, once the weights $w_m = N_m/N$ that its formula leaves out are restored.
// Draws are made as well, to check the theorem.
//
// **What to expect.** SG can only save the part of the variance that lies *between* its groups (here: the cells of a grid over the image). SAG saves more where
// partners in a cell have opposite losses, and loses where their losses are similar. How large these parts are is computed below, as is what remains
// when the negatives of the loss are sampled too.
//
// **Time.** About six minutes on two cores the first time, most of it for the trainings; later about two.

// %%
import { drawnPixels, inclusionMap, parameters, progress, resolveConfig, show, trainArms, varianceCurves } from "arco";
import { drawShareFinding, drawShares } from "arco/studies/loss";
import {
  agreement, biases, biasFinding, biasRows, chanceFinding, constructedFields, countDraws, exactFindings, exactRows, exactVariances,
  fullestSliceOf, gainFindings, gainRows, gains, groupingFinding, groupingRows, groupings, inclusionFindings, inclusionPanels,
  inclusionRows, largestStructure, lossFields, negativeDraws, negativeFindings, negativeRows, queryVariances, sliceDraws,
  symmetryFinding, symmetryStudy, trainedSteps, varianceAgainstGroups, varianceAgainstPixels,
} from "arco/studies/sampling";

// %% [markdown]
// ## Five trainings, and four steps of each taken apart
// ARCO on the hippocampus sample with one labelled volume, each time another volume and another seed: what is said of variances below is to hold for other trainings,
// and batches of one training are no independent observations of that. Then, with the weights each ended with, the losses and gradients of *all* pixels of four batches.

// %%
const { runs, preset } = parameters(); // from ARCO_RUNS and ARCO_PRESET, else runs/ and "mini"
const ledger = { every: preset === "smoke" ? 5 : 20 }; // what the ledger watches changes nothing in a training
const configs = Array.from({ length: preset === "smoke" ? 2 : 5 }, (_, number) =>
  resolveConfig({ benchmark: "hippocampus", method: "arco", preset, seed: number, labeledSeed: number, options: { ledger } }));
const trained = await progress("Training", (live) => trainArms([{ title: "ARCO-SG", configs }], { runs, ...live }));

// %%
const all = [];
for (const [training, config] of configs.entries())
  all.push(...lossFields(await trainedSteps(config, { runs })).map((field) => ({ ...field, training })));
const [config] = configs; // the first training is looked at more closely
const fields = all.filter(({ training }) => training === 0);
const where = { runs, step: 0 }; // the batch that is looked at more closely
show(chanceFinding(all));

// %% [markdown]
// ## What is drawn
// The paper's Figure 2 on a real slice: a class, a grid, and 32 of its pixels by each sampler. NS leaves cells empty and crowds others;
// SG gives every cell its share; SAG draws half as many and adds to each its partner from the other end of its cell.

// %%
const slice = await fullestSliceOf(config);
show(drawnPixels(sliceDraws(slice), { region: slice }));

// %% [markdown]
// ## Is every pixel as likely as the others?
// If so, a mean over draws is unbiased. The samplers of the *released* code lay their grid over the list of pixels instead of the image
// and give unequal cells equal quotas. How often each pixel of the slice is drawn, counted over 4,000 repetitions and computed exactly.
// $\chi^2/\mathrm{df}$, Pearson's $\chi^2$ over its degrees of freedom, is about 1 where counts and chances agree:

// %%
const counted = countDraws(slice);
show(inclusionMap(inclusionPanels(slice, counted)));
show(inclusionRows(counted));
for (const sentence of inclusionFindings(counted)) show(sentence);

// %% [markdown]
// What this does to the mean loss of the largest structure in the first batch, with 256 pixels drawn:

// %%
const field = largestStructure(fields.filter(({ step }) => step === 0));
const found = biases(field);
show(biasRows(found));
show(biasFinding(found));

// %% [markdown]
// ## Theory and counting, to the last digit
// On 16 pixels every outcome of a draw of four is enumerated in exact arithmetic, so nothing is left to chance. Three fields: one that slopes
// in each group, one that is symmetric in each group, and one with unequal groups.

// %%
const exact = constructedFields.flatMap((constructed) => exactVariances(constructed));
show(exactRows(exact));
for (const sentence of exactFindings(exact)) show(sentence);

// %% [markdown]
// ## Real losses: variance against the number of pixels
// Lines are the corrected theorem, computed from the loss at every pixel; dots are 1,000 draws each. The slider changes the grid.

// %%
const points = varianceAgainstPixels(field);
show(varianceCurves(points, { x: "pixels drawn, n", setting: "cells of the grid", shown: "4 × 4", scale: "ratio" }));
show(agreement(points));

// %% [markdown]
// ## … and against the number of groups
// Finer grids leave less variance inside their groups. The Neyman line is the lower bound for any allocation of $n$ independent draws to these groups: it uses
// the spread of the losses in every group, which no training knows. (The draws of SAG depend on each other, so it may go below.) The slider changes $n$.

// %%
show(varianceCurves(varianceAgainstGroups(field), { x: "groups, M", setting: "pixels drawn, n", shown: 256, scale: "ratio" }));

// %% [markdown]
// ## When SAG loses
// What varies inside a group has a part that partners have with opposite signs (odd) and one that they share (even); the even part of the variance is
// $(1 + \rho)/2$ with the correlation $\rho$ of partners. Fields constructed with a given even part on the slice's region, 256 pixels drawn:

// %%
const parts = symmetryStudy(slice);
show(varianceCurves(parts, { x: "even part of the variance in the groups (%)", scale: "ratio", title: symmetryFinding(parts) }));

// %% [markdown]
// ## What is saved, for losses and gradients
// All classes of four batches of each training, 256 queries of each, a grid of 4 × 4. The gradient is that with respect to the student's head.
// Intervals are over trainings.
// SAG is better than SG where the correlation of partners, $\rho$, is negative.

// %%
const saved = gains(all);
show(gainRows(saved));
for (const sentence of gainFindings(saved)) show(sentence);

// %% [markdown]
// ## What part of all variance that is
// The loss varies from step to step for many reasons: other images, other pseudo labels, other negatives, and the draw of queries, the only one that a sampler changes.

// %%
const shares = drawShares(trained);
show(shares.map(({ seed, draws, sg, sag }) => ({ training: seed, "naive draws (share)": draws, "SG takes away": sg, "SAG takes away": sag })));
show(drawShareFinding(shares));

// %% [markdown]
// ## Other groups
// The grid ignores the image. Superpixels follow its edges; clusters (16 of them) follow the teacher's features.

// %%
const grouped = await groupings(config, fields, where);
show(groupingRows(grouped));
show(groupingFinding(grouped));

// %% [markdown]
// ## The other random draw: negatives
// A query is compared with 512 negatives, pixels of other classes. One set for all queries of a class is cheap; the released code draws
// one for each query. Queries and negatives are drawn twenty times on the same representations:

// %%
const draws = await progress("Drawing", (live) => negativeDraws(config, { ...where, ...live }));
const queries = queryVariances(fields.filter(({ step }) => step === 0));
show(negativeRows(draws, queries));
for (const sentence of negativeFindings(draws, queries)) show(sentence);

// %% [markdown]
// ## What follows
// Computed from the results above:

// %%
for (const sentence of [...gainFindings(saved), drawShareFinding(shares), negativeFindings(draws, queries)[1]]) show(`**${sentence}**`);

// %% [markdown]
// ## Change one thing
// `gains(all, { cells: 8 })` takes a finer grid, `{ n: 64 }` fewer queries, `{ scope: "image" }` the cells of each image by itself as in the paper.
// `resolveConfig({ …, options: { contrast: { draw: "own" } } })` trains with own negatives; it is another run, kept beside this one.
