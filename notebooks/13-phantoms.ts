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
// # Phantoms of the eight benchmarks
//
// **Question.** None of the paper's benchmarks may be redistributed with this laboratory. What stands in for them where they are not available, and how far can it be trusted?
//
// **What is shown.** For each benchmark one generated set in its real files, names, split and encodings, read by the very loader that reads the real one: two labelled examples,
// and what does and does not resemble the real data. Then the least that a phantom must do to be useful: a network with few labels must be clearly worse on it than one with all.
//
// **What to expect.** A phantom is good for running a pipeline from files to a table, for finding faults, and for asking what a method does when the rarest class gets rarer (option `tail`).
// It says nothing about how a method ranks on the real benchmark. Every table, figure and report that comes from one says so.
//
// **Time.** The sets are generated once, in about a minute; the two trainings take about four minutes on two cores the first time.

// %%
import { parameters, progress, show } from "arco";
import { hardnessFinding, phantomExamples, phantomHardness } from "arco/studies/phantoms";

// %% [markdown]
// ## One of each
// The options of a phantom are those of the real benchmark and `tail` (size of the rarest class against the published one), `scale` (of the grid) and `phantomSeed`,
// as in `arco train --benchmark phantom-acdc --set data.tail=0.25`. To have the files themselves: `arco data phantom acdc --out FOLDER`.

// %%
const { runs, preset } = parameters(); // from ARCO_RUNS and ARCO_PRESET, else runs/ and "mini"
const scale = preset === "smoke" ? 0.1 : undefined; // undefined: the usual one of each phantom

// %%
for (const { title, facts, figure } of await phantomExamples({ scale })) {
  show(`**${title}.** ${facts}`);
  show(figure);
}

// %% [markdown]
// ## Few labels and all
// A supervised U-Net on the phantom of ACDC: one labelled patient of seventy, and all. Add the names of others to the list.

// %%
const names = ["acdc"];
const config = { preset, data: scale === undefined ? {} : { scale, size: 64 } };
const found = await progress("Training", (live) => phantomHardness(names, { runs, config, ...live }));
show(found);

// %% [markdown]
// ## Conclusions

// %%
show(hardnessFinding(found));
