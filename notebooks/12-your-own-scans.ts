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
// # Your own scans: a few outlines, a folder of scans without any, and a network for the rest
//
// **Question.** You have a folder of NIfTI scans and have outlined what matters in five of them. What does it take to get the others segmented,
// and does it help to train on the scans without outlines as well?
//
// **What is done.** The folder becomes a benchmark: every file is checked, a split and a preprocessing are proposed, and nothing is copied.
// Two networks are trained with three outlined scans: one on these alone, and a *mean teacher* on all. Then they segment scans that nobody outlined, and you look at the result.
// The folder here is made of 25 volumes of the hippocampus sample that comes with the repository, five of them with labels; put your own in its place.
//
// **What to expect.** Masks in the right place whose borders need correcting. One test scan says next to nothing about which network is better;
// since labels of these scans do exist, the last part compares both networks on the twenty treated as unlabelled. With your own data this is not possible.
//
// **Time.** About four minutes on two cores the first time, seconds when the runs are there.

// %%
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  benchmarks, importFindings, importRows, importScans, parameters, progress, readNifti, readNiftiLabel, resolveConfig, scoreVolume,
  segment, segmenter, segmentPreview, show, showVolume, table, tableRows, trainArms,
} from "arco";

// %% [markdown]
// ## The folder
// With your own scans only `images` and `labels` are needed, the same name in both. On the command line: `arco data import --images DIR --labels DIR`.

// %%
const { runs, preset } = parameters(); // from ARCO_RUNS and ARCO_PRESET, else runs/ and "mini"
const own = join(runs, "your-own-scans");
const [images, labels] = [join(own, "images"), join(own, "labels")];
const sample = benchmarks.hippocampus.find();
for (const folder of [images, labels]) mkdirSync(folder, { recursive: true });
for (const [at, name] of readdirSync(join(sample, "imagesTr")).sort().slice(0, 25).entries()) {
  copyFileSync(join(sample, "imagesTr", name), join(images, name));
  if (at < 5) copyFileSync(join(sample, "labelsTr", name), join(labels, name));
}

// %% [markdown]
// ## What is in it
// The names of the label values are given here; without them classes are called `label 1`, `label 2`. Anterior and posterior are distinguished by position,
// so training images must not be mirrored. Everything is kept in one small file, `benchmark.json`; from now on every command accepts its name.

// %%
const names = new Map([[1, "anterior"], [2, "posterior"]]);
const imported = await importScans({ from: { images, labels }, name: "your-own-scans", out: own, names, mirror: false, overwrite: true });
show(importRows(imported));
for (const finding of importFindings(imported)) show(`- ${finding}`);

// %% [markdown]
// Look at a label before you train on it: click into the scan, turn the wheel. (In JupyterLab; elsewhere, and until the cell is run here, a picture stands in its place.)

// %%
const { classes, orientation } = imported.benchmark;
const [given] = imported.description.split.labeled;
const label = readNiftiLabel(join(labels, `${given}.nii.gz`), [0, 1, 2]);
showVolume(readNifti(join(images, `${given}.nii.gz`)), { mask: label, classes, orientation, title: `${given} with its label` });

// %% [markdown]
// ## Training with three labels
// Both arms see the same three outlined scans; the mean teacher also the twenty without outlines.

// %%
const config = (method) => resolveConfig({ benchmark: "your-own-scans", labeled: 3, method, preset });
const arms = [
  { title: "supervised, 3 labelled", configs: [config("supervised")] },
  { title: "mean teacher, 3 labelled + 20 unlabelled", configs: [config("meanTeacher")] },
];
const trained = await progress("Training", (live) => trainArms(arms, { runs, ...live }));
show(tableRows(trained));

// %% [markdown]
// ## A scan that nobody outlined
// The mask lies on the scan's own grid. On the command line: `arco segment scan.nii.gz --run RUN -o mask.nii.gz --preview`.

// %%
const [first] = imported.description.split.unlabeled;
const scan = readNifti(join(images, `${first}.nii.gz`));
const [{ folder: run }] = trained[1].runs;
const { mask, warnings } = await segment({ run, scan });
for (const warning of warnings) show(`Beware: ${warning}.`);
show(segmentPreview(scan, mask, { classes, orientation, title: `${first}: outlines by the mean teacher`, subtitle: `preset ${preset}` }));

// %% [markdown]
// The same scan to browse through:

// %%
showVolume(scan, { mask, classes, orientation, title: `${first}, mask of the mean teacher` });

// %% [markdown]
// ## What you could not do at home
// The twenty scans without labels have some after all, in the sample. Neither training saw them; here they tell how good the masks are.

// %%
const truthOf = (id) => readNiftiLabel(join(sample, "labelsTr", `${id}.nii.gz`), [0, 1, 2]);
const rows = [];

// %%
for (const { title, runs: [{ folder }] } of trained) {
  const network = await segmenter(folder);
  for (const id of imported.description.split.unlabeled) {
    const { mask: found } = await network.segment(join(images, `${id}.nii.gz`));
    const [anterior, posterior] = scoreVolume(found, truthOf(id), 3).map(({ dice }) => dice);
    rows.push({ training: title, anterior, posterior });
  }
  network.dispose();
}

// %%
const means = { scans: "count()", anterior: "mean(d.anterior)", posterior: "mean(d.posterior)", worst: "min((d.anterior + d.posterior) / 2)" };
show(table(rows).groupby("training").rollup(means));

// %% [markdown]
// Dice, from 0 to 1, mean over the twenty scans, and of the worst of them the mean of both classes. One seed each: `arco table` and the other notebooks show the spread over seeds.
//
// ## Change one thing
// Outline another scan, put its label into the folder and run the cells again: the split is made anew, and other splits are other runs.
// Or raise the number of steps: `resolveConfig({ …, steps: 2000 })`. What remains to be done by hand is correcting the masks: look at the uncertain places first,
// `segment({ run, scan, uncertainty: true })`.
