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
// # Table 2: what do the contrastive and the nearest-neighbour loss add?
//
// **Question.** ARCO adds to a mean teacher a contrast of pixels ($L_\text{contrast}$, which the paper calls *tailness*) and a pull towards the nearest
// neighbours among images ($L_\text{nn}$, *diversity*). What does each of them add to the Dice, and does it matter how the pixels are drawn?
//
// **What is compared.** ARCO with stratified-antithetic (SAG), stratified (SG) and naive (NS) draws: in full, without $L_\text{contrast}$, and without $L_\text{nn}$;
// and *vanilla*, without both. Real data: one labelled and 59 unlabelled volumes of the hippocampus sample.
//
// **What to expect.** On ACDC the paper prints large differences for both losses and small ones between the samplers. Without $L_\text{contrast}$ the sampler has no effect:
// those three rows are one training. Whether any difference exceeds the noise of three seeds is computed below.
//
// **Time.** About half an hour on two cores the first time, with three seeds; `npx arco table 2 --plan` says it for this machine.
// Runs are kept on disk: the second time takes seconds, training that was interrupted continues where it stopped,
// and runs that another table needs too are trained once.

// %%
import {
  audit, curves, pairedDifferences, parameters, progress, reproduceTable, seedSentences, show, tableConclusion, tableDifferences,
  tableView, validationDice,
} from "arco";

// %% [markdown]
// ## Training
// With each of three seeds, eight trainings after one pre-training that all of them share. Runs with the same seed start from the same pre-trained weights and see the same batches, so they can be compared in pairs.
// The ■ button stops it after the current step; nothing is lost.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const result = await progress("Table 2", (live) => reproduceTable(2, { ...lab, ...live }));

// %% [markdown]
// ## Ours beside the published table
// Each number has its data, preset and protocol beside it: ours are short trainings on the hippocampus sample, the published ones are of ACDC,
// so no difference is formed between them. The second grid compares rows of ours in pairs.

// %%
show(tableView(result));

// %% [markdown]
// ## The differences
// Each row minus the row that is named below it, in pairs of the same seed: what the two share drops out. An interval that holds 0 shows no difference.
// The intervals are each taken alone; the p in the table above is corrected for all of them (Holm).

// %%
show(pairedDifferences(tableDifferences(result), { x: "difference in Dice on the test volumes (points)" }));

// %% [markdown]
// ## How many seeds it would take
// For a comparison that is not decided: how many pairs of seeds would decide it, if the difference and its spread are those seen here
// (5 % shared among all comparisons of the table, power 80 %). An estimate from few seeds is itself uncertain.

// %%
show(seedSentences(result).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## While training
// Dice on the validation volumes of the three complete rows: do the samplers differ before the end?

// %%
const whole = result.rows.filter(({ title }) => title.endsWith("full"));
show(curves(validationDice(whole), { y: "Dice on the validation volumes (0 to 1)" }));

// %% [markdown]
// ## Contradictions among the printed numbers
// The released $L_\text{nn}$ has no gradient: with it or without it, the released code performs the same training. The table nevertheless prints a difference.

// %%
const findings = audit(2).filter(({ kind }) => kind !== "same");
show(findings.map(({ kind, sentence }) => `- ${kind}: ${sentence}`).join("\n"));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(tableConclusion(result).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// Give `reproduceTable` a `config`, for example `{ ...lab, ...live, config: { options: { weights: { contrast: 0.1 } } } }`: a weight that makes
// a row what it is stays as the row has it, and other configs are other runs, kept beside these. `protocol: "released"` takes the released code with its
// behaviour, `benchmark: "acdc"` the data of the paper. In a terminal: `npx arco table 2 --seeds 10 --format tex`.
