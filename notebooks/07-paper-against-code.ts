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
// **What is shown.** The list of deviations with what the paper, the released code and this lab do; the audit of the published tables, computed from their cells;
// how often the released sampler draws each pixel; and, live, eight deviations put into the lab's ARCO one at a time, on the hippocampus sample.
//
// **What to expect.** Some deviations cannot matter (a loss without a gradient trains nothing), some end the training at once in other settings,
// and for most one short training shows a difference that another seed may turn round. The spread of the lab's own seeds is therefore the yardstick.
//
// **Time.** About a quarter of an hour on two cores the first time, less where table 2 was made before; later half a minute.

// %%
import { audit, auditRows, deviations, inclusionMap, pairedDifferences, parameters, progress, resolveConfig, show } from "arco";
import { deviationDifferences, deviationFindings, deviationRows, deviationStudy } from "arco/studies/deviations";
import { countDraws, fullestSliceOf, inclusionFindings, inclusionPanels } from "arco/studies/sampling";

// %% [markdown]
// ## The list
// One line a place. `protocol: "paper"` or `"released"` in a config takes a whole column, and each option can be set alone. A dash: nothing is said.

// %%
show(deviations.map(({ number, option, paper, released, lab }) => ({ number, option, paper, released, lab })));

// %% [markdown]
// Why the lab does what it does is in the list too (`why`). What was measured when a choice was tried:

// %%
const tried = deviations.filter(({ measured }) => measured);
show(tried.map(({ number, option, measured }) => `- ${number}, ${option}: ${measured}`).join("\n"));

// %% [markdown]
// ## The published tables
// What their cells say against each other, computed from the files in `data/published`, which keep the errors.
// An average is wrong only if no rounding of its parts explains it.

// %%
const findings = audit();
show(auditRows(findings));

// %% [markdown]
// All of them but those that are as they must be. A result above full supervision is not impossible, but it needs an explanation:

// %%
const odd = findings.filter(({ kind }) => kind !== "same");
show(odd.map(({ kind, sentence }) => `- ${kind}: ${sentence}`).join("\n"));

// %% [markdown]
// ## The released sampler
// The released code lays its grid over the *list* of a class's pixels and gives every cell the same number of draws, whatever it holds.
// A fair sampler is white; a pixel in blue is drawn too seldom, in vermillion too often.

// %%
const lab = parameters(); // from ARCO_RUNS, ARCO_PRESET and ARCO_SEEDS, else runs/, "mini" and 3
const slice = await fullestSliceOf(resolveConfig({ method: "arco", preset: lab.preset }));
const counted = countDraws(slice);
show(inclusionMap(inclusionPanels(slice, counted)));
show(inclusionFindings(counted).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## One thing changed at a time
// ARCO-SG as the lab has it, and eight times with one choice of the paper or of the released code instead. One training each, from the same pre-training,
// with the same batches; the lab's own runs are ARCO-SG of table 2, with as many seeds as there. The ■ button stops it after the current step; nothing is lost.

// %%
const study = await progress("Deviations", (live) => deviationStudy({ ...lab, ...live }));

// %% [markdown]
// The interval is over the 20 test volumes that both networks segment: it says whether these two *networks* differ, not whether another seed would agree.

// %%
show(deviationRows(study), { digits: 1 });

// %%
show(pairedDifferences(deviationDifferences(study), {
  x: "difference in Dice of a test volume (points)", of: "test volume",
}));

// %% [markdown]
// ## What follows
// Computed from the runs, not typed in:

// %%
show(deviationFindings(study).map((sentence) => `- ${sentence}`).join("\n"));

// %% [markdown]
// ## Change one thing
// `deviationStudy({ ...lab, ...live, switchSeeds: lab.seeds })` trains every switch with every seed. Another switch is a line of options:
// `tried: [{ title: "eval", from: "released", deviations: [31], options: { teacher: { mode: "eval" } } }]`.
// A whole column at once: `npx arco table 2 --protocol released`, or `--protocol paper`, whose contrastive rows say where they diverge.
