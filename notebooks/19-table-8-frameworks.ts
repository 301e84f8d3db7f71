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
// # Table 8: does it matter how ARCO is pre-trained?
//
// **Question.** ARCO's first phase pre-trains a network by comparing images, with the few labels there are. The paper puts six other ways to pre-train in its place, MoCo v2, kNN-MoCo, SimCLR,
// BYOL, ISD and VICReg, and fine-tunes from each with naive, stratified and stratified-antithetic draws. Does the pre-training matter, and does a better sampler matter more after a worse one?
//
// **What is compared.** Seven pre-trainings by three samplers, and the *control* arm, which has no pre-training and pseudo labels alone. The six frameworks use no labels, so that each is trained
// once for all numbers of labels; they pre-train the *encoder* alone, as the paper seems to have done, while ARCO's own pre-trains the whole network, with labels: so the last three rows compare more than the frameworks.
// Where ACDC is at hand (`ARCO_DATA`), it is ACDC with three labelled patients, else the hippocampus sample with three labelled volumes.
//
// **What to expect.** Short pre-trainings of an encoder on a small sample move little: differences between frameworks within the noise of two seeds, and none between samplers that could be told from it.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: all twenty-one cells with two seeds take about half an hour on two cores on the sample.

// %%
import {
  benchmarks, classBars, labelsAgainstDice, parameters, progress, publishedSheet, reproduceTable, sheetView, show, tableConclusion, tableOverlays, tableResult, tableView,
} from "arco";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other: a letter stands before the cells that a sentence below is about.

// %%
show(sheetView(publishedSheet(8)));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 2 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 2
const benchmark = benchmarks.acdc.find() === undefined ? "hippocampus" : "acdc";
const asked: string[] = []; // rows to train now, such as "SimCLR, SG"; an empty list means all that are printed
const choice = { ...lab, benchmark, labeled: benchmarks[benchmark].labeledChoices[1] };
const trained = await progress("Table 8", (live) => reproduceTable(8, { ...choice, only: asked, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it. *Order by Dice* says which places a row may have: rows whose difference is not decided may be in each other's.

// %%
const result = tableResult(8, choice);
show(tableView(result));

// %% [markdown]
// ## Class by class

// %%
show(classBars(result));

// %% [markdown]
// ## With fewer and more labels
// Those numbers of labelled cases for which the run store has trainings; for one number, every training.

// %%
const counts = benchmarks[benchmark].labeledChoices.slice(0, 3).map((labeled) => tableResult(8, { ...choice, labeled }));
show(labelsAgainstDice(counts));

// %% [markdown]
// ## Predictions
// Of every row, in test cases from the worst to the best of the first.

// %%
show(await tableOverlays(result));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(tableConclusion(result).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// Longer pre-trainings: `config: { pretraining: { steps: 400 } }` in `choice`, which all rows know (the control arm stays without one). Encoder *and* decoder pre-trained, as ARCO's own phase does it: rows on
// request, `const asked = ["SimCLR, SG", "SimCLR, SG, decoder too"]` and `only: asked` in `choice`. In a terminal: `npx arco table 8 --only "SimCLR, SG" --set pretraining.options.part=network`.
