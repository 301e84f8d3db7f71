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
// # Figure 20: the weights of the loss
//
// **Question.** $L = L_\text{sup} + \lambda_1 L_\text{contrast} + \lambda_2 L_\text{unsup} + \lambda_3 L_\text{nn}$. The paper varies one $\lambda$ at a time, with the
// others at 0.01, 1 and 1, and shows Dice and surface distance of ARCO-SG. How much does each weight matter, compared with the seed?
// Weights are chosen by what they reach, so that it is measured on the validation volumes; the test volumes are not looked at here.
//
// **What is compared.** In full (`preset: "full"`): $\lambda_1 \in \{0.001, 0.005, 0.01, 0.05, 0.1, 1\}$, $\lambda_2, \lambda_3 \in \{0.1, 0.2, 0.5, 1, 2, 10\}$, as in the paper.
// As shipped: the ends of each list and the defaults, one seed; all trainings share one pre-training, and the default is trained once.
// The lab's own default of $\lambda_3$ is 0.01: with 1 the nearest-neighbour loss collapses all representations to one (`07-paper-against-code`). It is in the list beside the paper's values.
//
// **What to expect.** The paper finds its defaults best. It chose them on the validation set by such a search, and shows one run for each weight.
// The best of several noisy numbers looks better than it is: that is why the sentence at the end speaks of the seeds.
//
// **Time.** Seven trainings, about fifteen minutes on two cores the first time, seconds when the runs are there.

// %%
import { doseResponse, parameters, progress, show } from "arco";
import { figure20Weights, sweepFinding, weightSweep } from "arco/studies/loss";

// %% [markdown]
// ## Which weights
// Give `figure20Weights("full")` for the paper's lists, and `lab.seeds` for all seeds: 17 trainings for each seed.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const weights = figure20Weights(lab.preset);
const seeds = lab.preset === "full" ? lab.seeds : lab.seeds.slice(0, 1);
const config = { preset: lab.preset, options: { sampler: "sg" } };
show(Object.entries(weights).map(([weight, values]) => ({ weight, values: values.join(", ") })));

// %%
const sweeps = await progress("Training", (live) => weightSweep({ weights: weights, seeds: seeds, config: config, runs: lab.runs, ...live }));

// %% [markdown]
// ## Figure 20 a: the contrast, $\lambda_1$
// Dice is the mean over classes and 10 validation volumes, with the last weights of each training.

// %%
const [contrast, unsupervised, nearest] = sweeps;
const look = { dice: "Dice on the validation volumes (0 to 1)" };
show(doseResponse(contrast.doses, { ...contrast, ...look }));

// %% [markdown]
// ## Figure 20 b: the pseudo labels, $\lambda_2$

// %%
show(doseResponse(unsupervised.doses, { ...unsupervised, ...look }));

// %% [markdown]
// ## Figure 20 c: the nearest neighbours, $\lambda_3$

// %%
show(doseResponse(nearest.doses, { ...nearest, ...look }));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
for (const sweep of sweeps) show(`**${sweepFinding(sweep)}**`);

// %% [markdown]
// ## Change one thing
// Another sampler: `options: { sampler: "sag" }`. A weight of 0 leaves a term out, which is what Tables 2 and 3 do.
