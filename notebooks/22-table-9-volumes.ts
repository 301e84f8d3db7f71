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
// # Table 9: the same methods on volumes
//
// **Question.** On volumes, with a V-Net, the paper prints ARCO above seventeen other ways to train with few labels. What of that can be told from noise, and does a third axis change what stratified draws save?
//
// **What is compared.** Every row of table 9: supervised training with all labels (VNet-F) and with the few (VNet-L), sixteen ways to use the unlabelled scans too, and ARCO; the *control* arm, which is ARCO's
// pseudo labels alone, and supervised training with ARCO's augmentation. Where LA is at hand (`ARCO_DATA`), it is those of LA's official scans that are there, with four labelled, seen by patches of 96×96×64,
// each standardised, since what the public files are cut to is not; else the hippocampus sample as volumes, three of them labelled, each seen whole.
//
// **What to expect.** One seed of a short training ranks nothing. The samplers' variances are another matter: they follow from the loss at every voxel, and are computed below.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: four rows of the sample with one seed take about six minutes on two cores the first time, the four further trainings of ARCO-SG below as long, and LA some hours. `npx arco table 9 --plan` says it for this machine.

// %%
import {
  benchmarks, classBars, lossSurface, parameters, planTable, progress, publishedSheet, reproduceTable, sheetView, show, showVolume, tableConclusion,
  tableOverlays, tableResult, tableView, tableVolumes, trainArms,
} from "arco";
import { fullestMap, lossMaps, plateauFinding, plateaus } from "arco/studies/loss";
import { chanceFinding, cutGains, cutRows, lossFields, thirdAxisFindings, trainedSteps } from "arco/studies/sampling";
import { takeApart } from "arco/studies/step";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other.

// %%
show(sheetView(publishedSheet(9)));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 1 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 1
const benchmark = benchmarks.la.find() === undefined ? "hippocampus" : "la"; // for figure 9 "mpMri", or "phantom-mpMri"
const data = benchmark === "la" ? { config: { data: { lists: "found", normalisation: "patch" } } } : {};
const choice = { ...lab, ...data, benchmark, labeled: benchmark === "la" ? 4 : benchmarks[benchmark].labeledChoices[1] };
const asked = ["VNet-L", "MT", "ARCO-SG", "Control"]; // rows to train now; others are shown where they are in the run store
const trained = await progress("Table 9", (live) => reproduceTable(9, { ...choice, only: asked, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it; of LA it also says where scans were missing.

// %%
const result = tableResult(9, choice);
show(tableView(result));
show(classBars(result));

// %% [markdown]
// ## Figures 8 and 9: predictions
// The columns of the paper's figures behind supervised training, as far as they are trained, in test cases from the worst to the best of the first: the slice with most of the structure.

// %%
const columns = ["VNet-L", "MC-Net", "GCL", "SS-Net", "ACTION", "MONA", "ARCO-SAG", "ARCO-SG"];
show(await tableOverlays(result, { only: columns }));

// %% [markdown]
// The middle test case of ARCO-SG as a volume, to be turned and sliced (in JupyterLab; elsewhere a picture stands in its place): first the truth, then the prediction.

// %%
const { truth, prediction } = await tableVolumes(result, "ARCO-SG");
for (const { image, ...shown } of [truth, prediction]) showVolume(image, shown);

// %% [markdown]
// ## Figures 3 and 19: the loss over a volume
// The contrastive loss of every voxel as a query of its own class: with the weights that ARCO-SG's fine-tuning starts from, and with those that it ends with. Drawn is the slice of a batch that has most of the
// structure. A *region*, in the sentences below, is what one slice has of a class; five trainings of ARCO-SG (of LA one) are used here and in what follows.

// %%
const seeds = benchmark === "la" || lab.preset === "smoke" ? lab.seeds : [0, 1, 2, 3, 4];
const [{ configs }] = planTable(9, { ...choice, seeds, only: ["ARCO-SG"] }).arms;
await progress("ARCO-SG", (live) => trainArms([{ title: "ARCO-SG", configs }], { runs: lab.runs, ...live }));
const before = lossMaps(await takeApart(configs[0], { runs: lab.runs, weights: "start" }));
const after = lossMaps(await takeApart(configs[0], { runs: lab.runs, weights: "last" }));

// %%
const at = fullestMap(before);
const { classes } = benchmarks[configs[0].benchmark];
show(lossSurface(before[at], { classes, margin: 8, subtitle: `${before[at].title}, start of fine-tuning` }));
show(lossSurface(after[at], { classes, margin: 8, subtitle: `${after[at].title}, end of fine-tuning` }));
show([before, after].map((maps, end) => `- ${end ? "End" : "Start"}: ${plateauFinding(plateaus(maps))}`).join("\n"));

// %% [markdown]
// ## Does a third axis change what stratifying saves?
// Exact, by the corrected theorem 3.2: SG saves what of the variance lies between its groups. The same losses are cut by 4×4 cells of the plane, each through all slices; by the 4×4×4 cells that the
// sampler has in volumes; and by 8×8 cells of the plane, which are as many. 256 queries of each class, four batches of each training with its last weights.

// %%
const steps = [];
for (const config of configs) steps.push(await trainedSteps(config, { runs: lab.runs, steps: lab.preset === "smoke" ? [0] : [0, 1, 2, 3] }));
const fields = steps.flatMap((own, training) => lossFields(own).map((field) => ({ ...field, training })));
show(chanceFinding(fields));
const cut = cutGains(fields);
show(cutRows(cut));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show([...tableConclusion(result), ...thirdAxisFindings(cut)].map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// More rows: their names in `asked`, or `only: []` for all. More labels: `labeled: 8`. Larger patches: `config: { data: { ...data.config?.data, patch: "112x112x80" } }`.
// In a terminal: `npx arco table 9 --benchmark la --labeled 4 --set data.lists=found --set data.normalisation=patch --seeds 3 --format tex`.
