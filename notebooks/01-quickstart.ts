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
// # Quick start: what do unlabelled scans add to three labelled ones?
//
// **Question.** A radiologist has outlined the hippocampus in *three* MR volumes; 57 more have no outlines.
// How much better does a network segment if it also learns from those? And does it matter how ARCO draws its pixels?
//
// **What is compared.** A U-Net trained on the three labelled volumes; a *mean teacher*, which also asks the network to agree with its own
// running average on the 57 unlabelled volumes; a *control* arm, which learns from a teacher's pseudo labels on mixed images and has nothing else of ARCO;
// *ARCO*, which is pre-trained on all 60 and adds to these pseudo labels a nearest-neighbour loss and a pixel contrast, whose pixels are drawn naively (NS), stratified (SG) or stratified and antithetically (SAG); and, as the ceiling, a U-Net trained on all 60 with labels.
// Real data: 90 volumes of the Medical Segmentation Decathlon, which come with the repository. Tested on 20 volumes that are in no training set.
//
// **What to expect.** Every arm gains from the unlabelled volumes; the three samplers differ by less than seeds do in so short a training.
// (With a single labelled volume, which one it is decides more than how it is learned from: `15-does-it-pay` draws other ones.)
// Whether a difference exceeds the noise of the seeds is computed below, once there are five. Where the samplers
// do differ, in the variance of the loss, is the subject of `02-sampling-variance`.
//
// **Time.** About three minutes on two cores, and seconds once the runs exist: `npm start` trains the same ones.
// Training that was interrupted continues where it stopped.

// %%
import { basename } from "node:path";
import {
  curves, pairedDifference, parameters, progress, quickstart, show, spread, tableRows, testDice, testOverlays, trainingLoss,
  validationDice, verdictRows,
} from "arco";

// %% [markdown]
// ## Training
// Seven short trainings and one pre-training, which the three ARCO arms share. Arms with the same seed start from the same weights and draw from the same
// random streams, so they can be compared in pairs. The ■ button stops after the current step; nothing is lost.
//
// One seed says nothing about noise. For more, write `seeds: 3` below (every arm but the ceiling is then trained with seeds 0, 1 and 2), or set `ARCO_SEEDS=3`.

// %%
const { runs, preset, seeds } = parameters({ seeds: 1 }); // unless ARCO_RUNS, ARCO_PRESET or ARCO_SEEDS say otherwise
const result = await progress("Training", (live) => quickstart({ runs, seeds, config: { preset }, ...live }));

// %% [markdown]
// ## The table
// Dice is the overlap with the radiologist's outline, from 0 to 1; ASSD the mean distance of the surfaces in mm.
// Each number is the mean over 20 test volumes and two classes, read from the run folders.

// %%
show(tableRows(result.arms));

// %% [markdown]
// ## Spread over seeds
// A dot is one training. With several seeds there are intervals; where they overlap widely, look at the pairs below before calling one arm better.

// %%
show(spread(testDice(result.arms), { x: "Dice on the test volumes (0 to 1)" }));

// %% [markdown]
// In pairs with the same seed, what the arms share (initial weights, batches, augmentations) cancels:

// %%
const [baseline] = result.arms;
show(pairedDifference(testDice(result.arms.slice(0, -1)), { baseline: baseline.title, x: "difference in Dice (0 to 1)" }));

// %% [markdown]
// ## While training
// The loss on training batches falls for every arm; what counts is the Dice on volumes that are not trained on.

// %%
show(curves(validationDice(result.arms), { y: "Dice on the validation volumes (0 to 1)" }));
show(curves(trainingLoss(result.arms), { y: "training loss, mean of ten steps (no unit)" }));

// %% [markdown]
// ## The masks
// Rows: the worst, the median and the best test volume of the first arm's first seed. Lines are the truth, areas the predictions.

// %%
show(await testOverlays(result.arms));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in. Over seeds a difference is tested in pairs (t-test, Holm's correction for six comparisons, and the sign-flip test must agree), which takes five;
// the interval over test volumes says how it varies from patient to patient for these trained networks. `seeds needed`: to decide the difference seen, from the spread seen to its upper bound.

// %%
show(verdictRows(result));
for (const { finding } of result.verdicts) show(`- ${finding}`);

// %% [markdown]
// ## Change one thing
// Give `quickstart` another `config`, for example `{ preset, optimizer: { rate: 0.03 } }` or `{ preset, steps: 600 }`, and run the cells again:
// other configs are other runs, kept beside these. The file named below is the same comparison as a page to keep, with the command that repeats each run;
// every trial writes a page of its own.

// %%
show(`Page: \`${basename(result.report)}\` in the folder of runs`);
