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
// # Figures 3 and 19: the contrastive loss over the anatomy
//
// **Question.** The paper draws $L_\text{contrast}$ at every pixel as a surface beside the image and sees "plateaus over anatomy" (Figure 3; Figure 19 at the final checkpoint).
// Are there plateaus, and what does that mean in numbers?
//
// **What is shown.** The loss of each pixel as a query of its own class, at the start of ARCO-SG's fine-tuning and at its end, over labelled slices of the hippocampus sample.
// Beside the surface: how much of the loss's variance lies between regions, along their borders, and inside them. On perfect plateaus all of it would lie between regions.
//
// **What to expect.** Stratified sampling gains from what lies *between* its groups, so plateaus are what it hopes for.
// Whether they exist, and whether training makes them flatter, is computed below.
//
// **Time.** About six minutes on two cores the first time, seconds when the runs are there.

// %%
import { benchmarks, lossSurface, parameters, pixelMap, progress, resolveConfig, show, trainArms } from "arco";
import { alikeFinding, alikeness } from "arco/studies/embedding";
import { classFinding, fullestMap, lossMaps, plateauChange, plateauFinding, plateauRows, plateaus } from "arco/studies/loss";
import { takeApart } from "arco/studies/step";

// %% [markdown]
// ## The runs
// One arm, ARCO-SG with its defaults, and three seeds, so that a difference between start and end can be compared with their spread.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const configs = lab.seeds.map((seed) => resolveConfig({ method: "arco", preset: lab.preset, seed }));
const { classes } = benchmarks[configs[0].benchmark];

// %%
const trained = await progress("Training", (live) => trainArms([{ title: "ARCO-SG", configs: configs }], { runs: lab.runs, ...live }));

// %% [markdown]
// ## The loss at every pixel
// The first batch of each run, seen twice: with the weights that fine-tuning starts from (a pre-trained network, a head that was never trained), and with its last ones.

// %%
const first = [];
const last = [];
for (const config of configs) {
  first.push(await takeApart(config, { runs: lab.runs, weights: "start" }));
  last.push(await takeApart(config, { runs: lab.runs, weights: "last" }));
}
const [before, after] = [first, last].map((steps) => steps.map(lossMaps));
const at = fullestMap(before[0]); // the slice with most classes, of the first seed

// %% [markdown]
// ## Figure 3: at the start of fine-tuning
// Drag the surface to turn it; its height is the loss, x and y are the pixels of the image on the left. With 512 negatives and $\tau = 0.5$ a pixel's loss is
// $\ln(1 + 512) = 6.24$ if all pixels have the same representation, and at least $\ln(1 + 512\,e^{-4}) = 2.34$.

// %%
show(lossSurface(before[0][at], { classes: classes, margin: 8, subtitle: `${before[0][at].title}, start of fine-tuning` }));

// %% [markdown]
// ## Figure 19: at the end
// The same slice. The scale of the heights differs from the one above.

// %%
show(lossSurface(after[0][at], { classes: classes, margin: 8, subtitle: `${after[0][at].title}, end of fine-tuning` }));

// %% [markdown]
// The same seen from above, both with one scale of colours: light is a high loss.

// %%
const both = [{ ...before[0][at], title: "start" }, { ...after[0][at], title: "end" }];
show(pixelMap(both.map((map) => ({ ...map, image: map.loss })), { z: "contrastive loss (no unit)", panelPixels: 210 }));

// %% [markdown]
// ## How flat are the plateaus?
// A region is the part of one slice that belongs to one class. Pixels at the border touch another class; the others are inside.

// %%
const [start, end] = [before, after].map((seeds) => seeds.map((maps) => plateaus(maps)));
show(plateauRows([{ title: "start", found: start[0] }, { title: "end", found: end[0] }], classes));

// %% [markdown]
// ## What follows
// Computed from the losses, not typed in; the first three sentences are of the first seed.

// %%
show(`**Start: ${plateauFinding(start[0])}**`);
show(`**End: ${plateauFinding(end[0])}**`);
show(classFinding(end[0], classes));
show(plateauChange(start, end));
show(alikeFinding(first.map(alikeness), last.map(alikeness)));

// %% [markdown]
// ## Change one thing
// Other slices: `before[0][0]`, `before[0][1]`, …; other batches: `takeApart(config, { runs: lab.runs, step: 5 })`.
// Another sampler, `options: { sampler: "ns" }` in `resolveConfig`, is another run with the same start.
