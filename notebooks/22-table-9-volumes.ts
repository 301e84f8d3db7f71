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
// **Question.** On volumes, with a V-Net, the paper prints ARCO above eighteen other ways to train. What of that can be told from noise, and does a third axis change what stratified draws save?
//
// **What is compared.** Every row of table 9: supervised training with all labels (VNet-F) and with the few (VNet-L), seventeen ways to use the unlabelled scans too, and ARCO; the *control* arm, which is ARCO's
// pseudo labels alone, and supervised training with ARCO's augmentation. Where LA is at hand (`ARCO_DATA`), it is those of LA's official scans that are there, with four labelled, seen by patches of 96×96×64;
// else the hippocampus sample as volumes, three of them labelled, each seen whole.
//
// **What to expect.** One seed of a short training ranks nothing. The samplers' variances are another matter: they follow from the loss at every voxel, and are computed below.
//
// **Time.** What is in the run store is shown at once, and only the rows in `asked` are trained: four rows of the sample with one seed take about six minutes on two cores the first time, of LA some hours. `npx arco table 9 --plan` says it for this machine.

// %%
import {
  audit, benchmarks, classBars, lossSurface, parameters, planTable, progress, publishedSheet, ranking, reproduceTable, sheetView, show, showVolume, tableConclusion,
  tableOverlays, tableResult, tableView, tableVolumes,
} from "arco";
import { fullestMap, lossMaps, plateauFinding, plateaus } from "arco/studies/loss";
import { chanceFinding, cutGains, cutRows, lossFields, thirdAxisFindings, trainedSteps } from "arco/studies/sampling";

// %% [markdown]
// ## As it is printed
// With what its cells say against each other.

// %%
show(sheetView({ ...publishedSheet(9), findings: [] }));
show(audit(9).map(({ kind, sentence }) => `- ${kind}: ${sentence}`).join("\n"));

// %% [markdown]
// ## What is trained
// A row that fails is a cell with its reason; the others go on. The ■ button stops after the current step, and nothing is lost.

// %%
const lab = parameters({ seeds: 1 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 1
const isReal = benchmarks.la.find() !== undefined;
const data = isReal ? { benchmark: "la", labeled: 4, config: { data: { lists: "found" } } } : { benchmark: "hippocampus", labeled: 3 };
const choice = { ...lab, ...data };
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
// Of supervised training and of the rows with the highest Dice, in test cases from the worst to the best of the first: the slice with most of the structure.

// %%
const best = ranking(result)?.rows.map(({ title }) => title).slice(0, 4) ?? asked;
show(await tableOverlays(result, { only: [...new Set(["VNet-L", ...best])] }));

// %% [markdown]
// The middle test case of ARCO-SG as a volume, to be turned and sliced (in JupyterLab; elsewhere a picture stands in its place): first the truth, then the prediction.

// %%
const { truth, prediction } = await tableVolumes(result, "ARCO-SG");
for (const { image, ...shown } of [truth, prediction]) showVolume(image, shown);

// %% [markdown]
// ## Figures 3 and 19: the loss over a volume
// The contrastive loss of every voxel as a query of its own class, in four batches, with the weights that ARCO-SG ended with; drawn is the slice of the first batch that shows most.

// %%
const [{ configs }] = planTable(9, { ...choice, only: ["ARCO-SG"] }).arms;
const steps = [];
for (const config of configs) steps.push(await trainedSteps(config, { runs: lab.runs, steps: lab.preset === "smoke" ? [0] : [0, 1, 2, 3] }));
const maps = lossMaps(steps[0][0]);
const { classes } = benchmarks[configs[0].benchmark];
show(lossSurface(maps[fullestMap(maps)], { classes, margin: 8, subtitle: `${maps[fullestMap(maps)].title}, end of fine-tuning` }));
show(plateauFinding(plateaus(maps)));

// %% [markdown]
// ## Does a third axis change what stratifying saves?
// Exact, by the corrected theorem 3.2: SG saves what of the variance lies between its groups. The same losses are cut by 4×4 cells of the plane, each through all slices; by the 4×4×4 cells that the
// sampler has in volumes; and by 8×8 cells of the plane, which are as many. 256 queries of each class.

// %%
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
// In a terminal: `npx arco table 9 --benchmark la --labeled 4 --set data.lists=found --seeds 3 --format tex`.
