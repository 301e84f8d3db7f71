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
// # Paper against code: what do the deviations change?
//
// **Question.** The paper and the code that was released with it differ in many places, and some of its printed numbers contradict each other.
// Which places are these, what does this lab do about each, and does it matter for a result?
//
// **What is shown.** The list of deviations: what the paper, the released code and this lab do. The audit of the published tables, computed from their cells.
// How often the released sampler draws each pixel. And eight deviations put into the lab's ARCO one at a time, trained on the hippocampus sample.
//
// **What to expect.** Some deviations cannot matter (a loss without a gradient trains nothing), some make the training diverge at once in other settings,
// and for most, one short training shows a difference whose sign another seed may reverse. The spread of the lab's own seeds is therefore the yardstick.
//
// **Time.** About a quarter of an hour on two cores the first time, less if table 2 was made before; later half a minute.

// %%
import { audit, auditRows, deviations, inclusionMap, pairedDifferences, parameters, progress, resolveConfig, show } from "arco";
import { deviationDifferences, deviationFindings, deviationRows, deviationStudy } from "arco/studies/deviations";
import { countDraws, fullestSliceOf, inclusionFindings, inclusionPanels } from "arco/studies/sampling";

// %% [markdown]
// ## The list
// One row per deviation. `protocol: "paper"` or `"released"` in a config takes a whole column. Where fields of the config are named, each of them can be set alone
// as well, as in `npx arco train --method arco --set options.nearest.gradient=none`. A dash among the fields: no config decides it (it concerns another method's row,
// the scoring, or a proof). A dash elsewhere: nothing is said.

// %%
const decided = deviations.filter(({ fields }) => fields.length > 0);
show(`${decided.length} of ${deviations.length} deviations are decided by fields of a config.`);
show(deviations.map(({ number, option, fields, paper, released, lab }) =>
  ({ number, about: option, fields: fields.join(", ") || null, paper, released, lab })));

// %% [markdown]
// The list also gives the reason for each choice of the lab (`why`). What was measured where a choice was tried:

// %%
const tried = deviations.filter(({ measured }) => measured);
show(tried.map(({ number, option, measured }) => `- ${number}, ${option}: ${measured}`).join("\n"));

// %% [markdown]
// ## The published tables
// Where their cells contradict each other, computed from the files in `data/published`, which keep the errors.
// An average is counted as wrong only if no rounding of its parts explains it.

// %%
const findings = audit();
show(auditRows(findings));

// %% [markdown]
// All findings except those that agree as they should. A result above full supervision is not impossible, but it needs an explanation:

// %%
const odd = findings.filter(({ kind }) => kind !== "same");
show(odd.map(({ kind, sentence }) => `- ${kind}: ${sentence}`).join("\n"));

// %% [markdown]
// ## The released sampler
// The released code lays its grid over the *list* of a class's pixels and gives every cell the same number of draws, whatever it holds.
// White: drawn as often as it should be. Blue: too rarely. Vermillion: too often.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const slice = await fullestSliceOf(resolveConfig({ method: "arco", preset: lab.preset }));
const counted = countDraws(slice);
show(inclusionMap(inclusionPanels(slice, counted)));
show(inclusionFindings(counted).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## One thing changed at a time
// ARCO-SG as the lab has it, and eight variants that each take one choice from the paper or the released code. Each variant is trained once, from the same
// pre-training and on the same batches; the lab's own runs are ARCO-SG of table 2, with three seeds. The ■ button stops after the current step; nothing is lost.

// %%
const study = await progress("Deviations", (live) => deviationStudy({ ...lab, ...live }));

// %% [markdown]
// The lab's choices follow from such differences, so they are measured on validation, never on test volumes. The interval is over the 10 validation volumes, which both networks segment: it says whether these two *networks* differ, not whether another seed would agree.

// %%
show(deviationRows(study), { digits: 1 });

// %%
show(pairedDifferences(deviationDifferences(study), {
  x: "difference in Dice of a validation volume (points)",
}));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(deviationFindings(study).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// `deviationStudy({ ...lab, ...live, switchSeeds: lab.seeds })` trains every variant with every seed. Another variant is one line of options:
// `tried: [{ title: "eval", from: "released", deviations: [31], options: { teacher: { mode: "eval" } } }]`.
// A whole column at once: `npx arco table 2 --protocol released`, or `--protocol paper`, whose rows with a contrast diverge and say at which step.
