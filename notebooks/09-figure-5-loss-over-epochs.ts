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
// # Figure 5: the contrastive loss over training, and what the samplers change
//
// **Question.** The paper's Figure 5 shows $L_\text{contrast}$ over 200 epochs for naive (NS), stratified (SG) and stratified-antithetic sampling (SAG), three runs of each,
// and reads from it that SG and SAG train more stably. Do the curves differ by more than their seeds, and how much variance do SG and SAG really take away?
//
// **What is shown.** The curves, as the paper has them. Then what the paper lacks: the variance of the estimated loss and of its gradient over training,
// exact over all pixels that may be drawn, and observed over repeated draws, with the two things that decide it: the share of the variance between groups, which SG takes away,
// and the correlation $\rho$ of antithetic partners, which SAG needs to be negative (Theorem 3.2, Lemma 3.1).
//
// **What to expect.** By the theorem SG is never much worse than NS, and better where the grid's cells differ; the gain of SAG over SG depends on $\rho$ and is not guaranteed.
// Whether less variance in one term of weight 0.01 can be seen in a curve is computed below.
//
// **Time.** Ten trainings (two seeds of each sampler, where the paper has three runs, and four more for the variance), about fifteen minutes on two cores the first time, seconds when the runs are there.

// %%
import { curves, ledgerCurves, parameters, progress, resolveConfig, show, trainArms } from "arco";
import { curveFindings, drawShareFinding, drawShares, ledgerRows, ratioFindings, termCurve, varianceRatios } from "arco/studies/loss";

// %% [markdown]
// ## The runs
// The same except for the sampler: arms with the same seed share first weights, images and negatives. The ledger writes ten entries over a training (every fifth step if it is short);
// it has random streams of its own, so it changes nothing in it.

// %%
const lab = parameters({ seeds: 2 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 2
const common = { method: "arco", preset: lab.preset } as const;
const { steps } = resolveConfig(common);
const ledger = { every: Math.max(5, Math.ceil(steps / 10)) };
const arms = (["ns", "sg", "sag"] as const).map((sampler) => {
  const options = { sampler, ledger };
  return { title: sampler.toUpperCase(), configs: lab.seeds.map((seed) => resolveConfig({ ...common, options, seed })) };
});

// %%
const trained = await progress("Training", (live) => trainArms(arms, { runs: lab.runs, ...live }));

// %% [markdown]
// ## Figure 5
// $\lambda_1 L_\text{contrast}$ with $\lambda_1 = 0.01$, the range of the paper's axis. The band is one standard deviation over the seeds.

// %%
const loss = termCurve(trained, "contrast", { every: Math.ceil(steps / 20), factor: 0.01 });
show(curves(loss, { y: "contrastive loss, λ₁ · L (no unit)", band: "deviation" }));

// %% [markdown]
// ## The variance of the estimated loss
// From the ledger of the first seed's NS run. Every entry asks, for the weights of that moment: how much would the estimate vary over draws by NS, by SG, by SAG?

// %%
const entries = ledgerRows(trained[0].runs[0].folder);
show(ledgerCurves(entries, { quantity: "loss" }));

// %% [markdown]
// ## The variance of its gradient
// What the training sees: the gradient with respect to the student's head, on fixed random directions.

// %%
show(ledgerCurves(entries, { quantity: "gradient" }));

// %% [markdown]
// ## What is left of the variance, training by training
// Geometric means over classes and steps. In each training all three samplers are measured, so one sampler has to be trained with; each training here has a seed and a
// labelled volume of its own (those of `02-sampling-variance`), and intervals are over them.

// %%
const own = Array.from({ length: lab.preset === "smoke" ? 2 : 5 }, (_, number) =>
  resolveConfig({ ...common, options: { sampler: "sg", ledger }, seed: number, labeledSeed: number }));
const several = await progress("Training", (live) => trainArms([{ title: "SG", configs: own }], { runs: lab.runs, ...live }));
const ratios = varianceRatios(several);
show(ratios.map(({ seed, quantity, stratified, antithetic, observed }) =>
  ({ training: seed, quantity, "SG / NS": stratified, "SAG / SG": antithetic, "observed / exact": observed })));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
for (const sentence of [...ratioFindings(ratios), drawShareFinding(drawShares(several))]) show(`**${sentence}**`);
for (const sentence of curveFindings(loss)) show(sentence);

// %% [markdown]
// ## Change one thing
// More groups make more of the variance lie between them: `options: { sampler, cells: 8, … }`. Groups of another kind: `groups: "superpixels"` or `"clusters"`.
// With `contrast: { queries: 64 }` fewer pixels are drawn, and the variance is four times as large for all three.
