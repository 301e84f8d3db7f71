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
// # Table 3: what do the pseudo-label loss and the two losses of the pre-training add?
//
// **Question.** Besides its contrast ARCO learns from the teacher's pseudo labels on mixed images ($L_\text{unsup}$), after a pre-training that compares
// whole images ($L_\text{inst}$ global) and windows of them ($L_\text{inst}$ local). What is lost without one of the three?
//
// **What is compared.** ARCO-SAG and ARCO-SG, in full and without one of these losses. Without $L_\text{inst}$ global or local the network is pre-trained
// anew and then fine-tuned in full. Real data: one labelled and 59 unlabelled volumes of the hippocampus sample.
//
// **What to expect.** On ACDC the paper prints its largest difference for $L_\text{unsup}$. A pre-training of a hundred steps can do less than one of 100 epochs:
// that the losses of the pre-training do not matter *here* says little about longer ones. What can be told from noise is computed below.
//
// **Time.** About ten minutes on two cores the first time, with one seed, and less once table 2 is there; `npx arco table 3 --plan` says it for this machine.
// Runs are kept on disk: the second time takes seconds, training that was interrupted continues where it stopped,
// and runs that another table needs too are trained once.

// %%
import {
  audit, curves, pairedDifferences, parameters, progress, reproduceTable, seedSentences, show, tableConclusion, tableDifferences,
  tableView, validationDice,
} from "arco";

// %% [markdown]
// ## Training
// With one seed, eight trainings after three pre-trainings (`seeds: 3` below shows the noise); the complete rows and their pre-training are those of table 2. Runs with the same seed start from the same pre-trained weights and see the same batches, so they can be compared in pairs.
// The ■ button stops it after the current step; nothing is lost.

// %%
const lab = parameters({ seeds: 1 }); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 1
const result = await progress("Table 3", (live) => reproduceTable(3, { ...lab, ...live }));

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
// Dice on the validation volumes of ARCO-SG in full and without each of its losses.

// %%
const stratified = result.rows.filter(({ title }) => title.startsWith("ARCO-SG"));
show(curves(validationDice(stratified), { y: "Dice on the validation volumes (0 to 1)" }));

// %% [markdown]
// ## Contradictions among the printed numbers
// What the audit finds in the cells of this table.

// %%
const findings = audit(3).filter(({ kind }) => kind !== "same");
show(findings.map(({ kind, sentence }) => `- ${kind}: ${sentence}`).join("\n"));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(tableConclusion(result).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// Give `reproduceTable` a `config`, for example `{ ...lab, ...live, config: { pretraining: { steps: 400 } } }` for a longer first phase: other configs are
// other runs, kept beside these. In a terminal: `npx arco table 3 --set pretraining.steps=400 --only ARCO-SG`.
