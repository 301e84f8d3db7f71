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
// # Table 7: ReCo and its queries drawn in groups, on photographs
//
// **Question.** On photographs the paper takes ReCo as it is, DeepLabv3+ with ClassMix and a contrast of hard pixels, and draws its queries by SG and SAG on grids of 3×3, 4×4 and 5×5 cells. Does the contrast add
// anything to ClassMix, do the groups add anything to the contrast, and how much of the variance do they take away?
//
// **What is compared.** Supervised training; ClassMix alone, which is ReCo without its contrast and so what the contrast has to be measured by; ReCo; and ReCo with SG and SAG. The scores are mIoU, of one confusion matrix over
// all test images. Where CamVid is at hand (`ARCO_DATA`), it is CamVid with 20 of its 367 training images labelled, 240 pixels wide, in crops of 160; else the *phantom* of Pascal VOC: generated pictures, which say
// nothing about photographs. The network is DeepLabv3+ on EfficientNet-Lite0 with ImageNet's weights, small enough for two cores; the paper's is ResNet-101.
//
// **What to expect.** With so few images hundreds of updates are few: semi-supervised rows lie close to supervised training and to one another, and two seeds give no verdict.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: on CamVid five rows with two seeds take about an hour on two cores the first time. `npx arco table 7 --plan` says it for this machine.

// %%
import {
  benchmarks, classBars, parameters, progress, publishedSheet, reproduceTable, resolveConfig, sheetView, show, tableConclusion, tableOverlays,
  tableResult, tableView, trainArms,
} from "arco";
import { ratioFindings, varianceRatios } from "arco/studies/loss";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other.

// %%
show(sheetView(publishedSheet(7)));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 2 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 2
const benchmark = benchmarks.camvid.find() !== undefined ? "camvid" : "phantom-pascal";
const choice = { ...lab, benchmark, ...(lab.preset === "mini" && { config: { steps: 1200 } }) };
const asked = ["Supervised", "ClassMix", "ReCo+ClassMix", "ARCO-SG(16)", "ARCO-SAG(16)"]; // rows to train now; others are shown where they are in the run store
const trained = await progress("Table 7", (live) => reproduceTable(7, { ...choice, only: asked, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it. What is printed is of other photographs, another network and forty thousand updates, so that there is no difference to it.

// %%
const result = tableResult(7, choice);
show(tableView(result));
show(classBars(result));

// %% [markdown]
// ## Figures 10 to 18: predictions
// The columns of the paper's figures, as far as they are trained: the truth, supervised training, ClassMix, ReCo and its groups, in test images from the worst to the best of the first.

// %%
show(await tableOverlays(result));

// %% [markdown]
// ## What groups save of the variance
// Short trainings with the ledger on: at ten moments it evaluates the loss and its gradient at every hard pixel of each class and says what naive draws, SG and SAG would leave of the variance, on grids of 9, 16 and 25 cells.

// %%
const steps = lab.preset === "smoke" ? 4 : 200;
const seeds = lab.preset === "smoke" ? [0, 1] : [0, 1, 2];
const arms = [3, 4, 5].map((cells) => {
  const options = { sampler: "sg", cells, ledger: { every: Math.ceil(steps / 10) } };
  return { title: `${cells ** 2} cells`, configs: seeds.map((seed) => resolveConfig({ benchmark, preset: lab.preset, method: "reco", options, steps, seed })) };
});
const watched = await progress("With the ledger", (live) => trainArms(arms, { runs: lab.runs, ...live }));

// %%
for (const arm of watched) show(`**${arm.title}.** ${ratioFindings(varianceRatios([arm])).join(" ")}`);

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(tableConclusion(result).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// The other grids of the table: `"ARCO-SG(9)"` and `"ARCO-SAG(25)"` in `asked`. Fewer or more labelled images: `labeled` in `choice`. Weights of your own: `config: { weights: … }`, see docs/photographs.md.
// In a terminal: `npx arco table 7 --benchmark camvid --seeds 2 --format tex`.
