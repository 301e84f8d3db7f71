import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { benchmarks } from "../../lib/benchmarks/index.js";
import { laterOptions } from "../../lib/benchmarks/kinds/slidingWindow.js";
import { methods } from "../../lib/methods/index.js";
import { runName } from "../../lib/runs/folder.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { type Config, parseConfig, parseOptions } from "../../lib/training/config/schema.js";

const published = fileURLToPath(new URL("../../results", import.meta.url));

/** A config, or a pre-training in it, with the options that its method has gained since. */
function asToday<Part extends NonNullable<Config["pretraining"]> | Config>(config: Part): Part {
  const options = parseOptions(methods[config.method].options.parse(config.options));
  return { ...config, options, pretraining: config.pretraining && asToday(config.pretraining) };
}

/** A config with the options of data that its benchmark has gained since. */
const withData = (config: Config): Config => ({
  ...config,
  data: { ...benchmarks[config.benchmark].optionsOf(config.protocol), ...config.data },
});

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
      runName(withData(asToday(config))),
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

test("so it is of an option of data", () => {
  const today = resolveConfig({ benchmark: "la", preset: "full" });
  const { normalisation, ...before } = today.data;
  assert.equal(normalisation, "scan");
  assert.equal(runName({ ...today, data: before }), runName(today));
  assert.notEqual(runName({ ...today, data: { ...before, normalisation: "patch" } }), runName(today));
  for (const { optionsOf } of Object.values(benchmarks))
    for (const protocol of ["lab", "paper", "released"] as const) {
      const usual = optionsOf(protocol);
      for (const [key, value] of Object.entries(laterOptions))
        assert.ok(usual[key] === undefined || usual[key] === value);
    }
});
