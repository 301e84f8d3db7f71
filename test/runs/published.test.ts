import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { methods } from "../../lib/methods/index.js";
import { runName } from "../../lib/runs/folder.js";
import { type Config, parseConfig, parseOptions } from "../../lib/training/config/schema.js";

const published = fileURLToPath(new URL("../../results", import.meta.url));

/** A config, or a pre-training in it, with the options that its method has gained since. */
function asToday<Part extends NonNullable<Config["pretraining"]> | Config>(config: Part): Part {
  const options = parseOptions(methods[config.method].options.parse(config.options));
  return { ...config, options, pretraining: config.pretraining && asToday(config.pretraining) };
}

test("the published runs are found by what is asked for today: an option that was added since is marked as later", () => {
  const files = readdirSync(published, { recursive: true, encoding: "utf8" }).filter(
    (path) => basename(path) === "config.json",
  );
  assert.ok(files.length > 0);
  for (const file of files) {
    const config = parseConfig(JSON.parse(readFileSync(join(published, file), "utf8")), file);
    const folder = basename(dirname(file)).replace(/~\d+$/, "");
    assert.equal(runName(config), folder);
    assert.equal(
      runName(asToday(config)),
      folder,
      `${file}: of an option that came later say so (lib/methods/options.ts)`,
    );
  }
});

test("a later option is part of a run's identity as soon as it is not its default", () => {
  const [file] = readdirSync(join(published, "table8-sample")).filter((name) => name.startsWith("hippocampus-arco"));
  const read = () =>
    asToday(parseConfig(JSON.parse(readFileSync(join(published, "table8-sample", file, "config.json"), "utf8")), file));
  const [before, after] = [read(), read()];
  Object.assign(after.options.unsupervised ?? {}, { weighting: "pixel" });
  assert.notEqual(runName(before), runName(after));
  Object.assign(after.options.unsupervised ?? {}, { weighting: "image" });
  assert.equal(runName(before), runName(after));
});
