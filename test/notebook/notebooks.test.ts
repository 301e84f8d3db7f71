import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { type Notebook, notebooks, twins } from "./notebooks.js";

const written = twins(notebooks);

for (const [at, path] of notebooks.entries()) {
  const name = basename(path);
  const { cells }: Notebook = JSON.parse(readFileSync(path, "utf8"));

  test(`${name}: its twin for review says the same`, async () => {
    const kept = readFileSync(path.replace(".ipynb", ".ts"), "utf8");
    assert.equal((await written)[at], kept, `jupytext --sync ${name} makes them equal`);
  });

  test(`${name}: it opens with its question, what to expect and the time it takes; cells are short`, () => {
    const opening = cells[0].source.join("");
    for (const word of ["**Question.**", "**What to expect.**", "**Time.**"]) assert.ok(opening.includes(word), word);
    for (const { cell_type, source } of cells)
      if (cell_type === "code") assert.ok(source.length <= 10, source.join(""));
  });

  test(`${name}: it is kept with its outputs, executed from top to bottom without an error`, () => {
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    assert.deepEqual(
      code.map(({ execution_count }) => execution_count),
      code.map((_, at) => at + 1),
    );
    const outputs = code.flatMap(({ outputs = [] }) => outputs);
    assert.ok(outputs.length > 0);
    for (const { output_type, name } of outputs) assert.ok(output_type !== "error" && name !== "stderr");
  });

  test(`${name}: where no script runs, as before it is executed, nothing shows that waits for one`, () => {
    for (const { outputs = [] } of cells)
      for (const { data } of outputs) {
        const markup = [data?.["text/html"] ?? ""].flat().join("");
        assert.doesNotMatch(markup.replaceAll(/<script>.*?<\/script>/gs, ""), /\bhidden\b|<canvas/); // JupyterLab drops the attribute
      }
  });

  test(`${name}: formulas of its text are set as formulas`, () => {
    for (const { cell_type, source } of cells) {
      const plain = source.join("").replaceAll(/\$\$.*?\$\$|\$[^$\n]+\$|`[^`]*`/gs, "");
      if (cell_type === "markdown") assert.doesNotMatch(plain, /[λτρŷχ∈Σ₀-₉⁺⁻]|\b[Lrwhe]_\w/);
    }
  });

  test(`${name}: it is kept with as many seeds as it asks for`, () => {
    const asked = /parameters\((?:\{ seeds: (\d+) \})?\)/.exec(cells.flatMap(({ source }) => source).join(""));
    const shown = cells
      .flatMap(({ outputs = [] }) => outputs)
      .map(({ data }) => [data?.["text/plain"] ?? ""].flat().join(""));
    for (const [, seeds] of shown.join("\n").matchAll(/protocol lab, seeds? ([\d, ]+);/g))
      assert.equal(seeds.split(", ").length, Number(asked?.[1] ?? 3));
  });
}
