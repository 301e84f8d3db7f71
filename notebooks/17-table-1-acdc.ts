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
// # Table 1: ARCO and the methods it is compared with, on ACDC
//
// **Question.** The paper prints ARCO above seventeen other ways to train on ACDC with few labels, by several points of Dice. Does that order hold where all of them are trained alike, and how much of it can be told from noise?
//
// **What is compared.** Every row of table 1: supervised training with all labels (UNet-F) and with the few (UNet-L), sixteen ways to use the unlabelled scans too, and ARCO; and two rows
// that no table prints: the *control* arm, which is ARCO's pseudo labels alone, and supervised training with ARCO's augmentation. Under protocol lab all have the same network, the same weak
// augmentation, as many labelled images an update, and as many updates behind whatever pre-training is theirs (which the table names: 100 + 200), and the last weights are tested. Where ACDC is at hand (`ARCO_DATA`), it is ACDC with three labelled patients, else the hippocampus sample with three labelled volumes.
//
// **What to expect.** On the sample most of what uses unlabelled volumes lies within two points of supervised training, and two rows lie below it: with three seeds hardly any two can be told apart. What can is computed below.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: five rows on the sample with three seeds take about five minutes on two cores the first time, all rows about 25; `npx arco table 1 --plan` says it for this machine.

// %%
import {
  benchmarks, classBars, labelsAgainstDice, parameters, progress, publishedSheet, reproduceTable, sheetView, show, tableConclusion,
  tableOverlays, tableResult, tableView,
} from "arco";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other.

// %%
show(sheetView(publishedSheet(1)));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 3 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const benchmark = benchmarks.acdc.find() === undefined ? "hippocampus" : "acdc";
const choice = { ...lab, benchmark, labeled: benchmarks[benchmark].labeledChoices[1] };
const asked = ["UNet-L", "MT", "CPS", "ARCO-SG", "Control"]; // rows to train now; others are shown where they are in the run store
const trained = await progress("Table 1", (live) => reproduceTable(1, { ...choice, only: asked, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it. *Order by Dice* says which places a row may have: rows whose difference is not decided may be in each other's.

// %%
const result = tableResult(1, choice);
show(tableView(result));

// %% [markdown]
// ## Class by class

// %%
show(classBars(result));

// %% [markdown]
// ## With fewer and more labels
// Those numbers of labelled cases for which the run store has trainings; for one number, every training.

// %%
const counts = benchmarks[benchmark].labeledChoices.slice(0, 3).map((labeled) => tableResult(1, { ...choice, labeled }));
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
// More rows: their names in `asked`, or `only: []` for all. More labels: `labeledChoices[2]`. A method of your own beside these: `14-your-own-idea`. In a terminal: `npx arco table 1 --benchmark acdc --labeled 3 --seeds 5 --format tex`.
