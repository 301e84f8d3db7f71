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
// # What the contrast does to the representations of pixels
//
// **Question.** $L_\text{contrast}$ is meant to pull the pixels of a class together and to push the classes apart. Does it, on scans whose labels the network never saw?
//
// **What is shown.** The same pixels, 150 of each class, as three states of the network represent them: untrained; after pre-training, with the head that fine-tuning begins with;
// and after ARCO's fine-tuning. Each cloud is drawn in the plane in which it spreads widest (principal components); beside it stand numbers that use all dimensions:
// the share of the variance that lies between the classes, and the mean silhouette (1: tight and far apart; 0: on the edge to another class; below: nearer to another one).
// The pixels are of volumes that the training saw without labels; their labels are opened here only to colour the dots.
//
// **What to expect.** The pre-trained network knows the classes from its labelled volume, so separation before fine-tuning is not zero.
// How much fine-tuning adds is computed below. A plane can show clusters that are not there, or hide those that are: trust the numbers.
//
// **Time.** About six minutes on two cores the first time, seconds when the runs are there.

// %%
import { benchmarks, embedding, parameters, progress, resolveConfig, show, trainArms } from "arco";
import { cloudFinding, cloudRows, pixelClouds } from "arco/studies/embedding";

// %% [markdown]
// ## The runs
// ARCO-SG with its defaults, the same runs as in the other notebooks.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const configs = lab.seeds.map((seed) => resolveConfig({ method: "arco", preset: lab.preset, seed }));
const { classes } = benchmarks[configs[0].benchmark];

// %%
await progress("Training", (live) => trainArms([{ title: "ARCO-SG", configs: configs }], { runs: lab.runs, ...live }));
const clouds = [];
for (const config of configs) clouds.push(await pixelClouds(config, { runs: lab.runs }));

// %% [markdown]
// ## The pixels in the plane
// Representations are normalised to length 1, as the contrast compares them by their angle. Each panel has its own axes: check their ranges before comparing distances.

// %%
show(embedding(clouds[0], { classes: classes, axes: "own", panelPixels: 250, subtitle: `seed ${lab.seeds[0]}` }));

// %% [markdown]
// ## In all dimensions
// Of the first seed. Where the plane holds little of the variance, the picture shows little of the truth; where the mean cosine of two pixels
// comes near 1, the network gives all pixels nearly the same representation, which $L_\text{nn}$, pulling whole images together, can cause as well.

// %%
show(cloudRows(clouds[0]));

// %% [markdown]
// ## What follows
// Computed from the representations, not typed in:

// %%
show(`**${cloudFinding(clouds)}**`);

// %% [markdown]
// ## Change one thing
// Without the contrast: `options: { weights: { contrast: 0 } }` in `resolveConfig`. The head is then trained by $L_\text{nn}$ alone; compare the silhouettes.
// More pixels: `pixelClouds(config, { runs: lab.runs, perClass: 400, slices: 32 })`.
