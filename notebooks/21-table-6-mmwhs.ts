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
// # Table 6: ARCO and the methods it is compared with, on MMWHS
//
// **Question.** Does the order of the methods on MMWHS, seven structures of the heart in CT slices, look like that on ACDC?
//
// **What is compared.** Every row of table 6: supervised training with all labels (UNet-F) and with the few (UNet-L), sixteen ways to use the unlabelled scans too, and ARCO; and two rows
// that no table prints: the *control* arm, which is ARCO's pseudo labels alone, and supervised training with ARCO's augmentation. Under protocol lab all have the same network, the same weak
// augmentation, as many labelled images an update, and as many updates behind whatever pre-training is theirs (which the table names: 100 + 200), and the last weights are tested. Where MMWHS is at hand (`ARCO_DATA`), it is MMWHS, else its *phantom*: generated scans, which say how the methods behave and nothing about hearts.
//
// **What to expect.** The phantom is hard for few labels, and in some hundred updates unlabelled scans add little, or cost: pseudo labels of a network that knows little mislead it. One seed, so the order is one of these trainings alone.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: five rows on the phantom with one seed take about ten minutes on two cores. All rows take about an hour; `npx arco table 6 --plan` says it for this machine.

// %%
import {
  benchmarks, classBars, labelsAgainstDice, parameters, progress, publishedSheet, reproduceTable, sheetView, show, tableConclusion,
  tableOverlays, tableResult, tableView,
} from "arco";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other.

// %%
show(sheetView(publishedSheet(6)));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 1 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 1
const benchmark = benchmarks.mmwhs.find() === undefined ? "phantom-mmwhs" : "mmwhs";
const choice = { ...lab, benchmark, labeled: benchmarks[benchmark].labeledChoices[1] };
const asked = ["UNet-L", "MT", "CPS", "ARCO-SG", "Control"]; // rows to train now; others are shown where they are in the run store
const trained = await progress("Table 6", (live) => reproduceTable(6, { ...choice, only: asked, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it. *Order by Dice* says which places a row may have: rows whose difference is not decided may be in each other's.

// %%
const result = tableResult(6, choice);
show(tableView(result));

// %% [markdown]
// ## Class by class

// %%
show(classBars(result));

// %% [markdown]
// ## With fewer and more labels
// Those numbers of labelled cases for which the run store has trainings; for one number, every training.

// %%
const counts = benchmarks[benchmark].labeledChoices.slice(0, 3).map((labeled) => tableResult(6, { ...choice, labeled }));
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
// More rows: their names in `asked`, or `only: []` for all. More labels: `labeledChoices[2]`. A method of your own beside these: `14-your-own-idea`. In a terminal: `npx arco table 6 --benchmark mmwhs --labeled 2 --seeds 5 --format tex`.
