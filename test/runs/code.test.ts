import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { codeOf, differences } from "../../lib/runs/code.js";
import { libFolder, sourceOf } from "../../lib/runs/sources.js";
import { registerSampler } from "../../lib/samplers/index.js";
import { type PartialConfig, pretrainingConfig, resolveConfig } from "../../lib/training/config/config.js";

const filesOf = (given: PartialConfig) => Object.keys(codeOf(resolveConfig(given)).files);

test("the code of a run is what trains and tests it: its method, pre-training, network, data, losses, engine and native operations", () => {
  const arco = filesOf({ method: "arco" });
  for (const file of [
    ...["methods/arco.ts", "methods/arco/contrastTerm.ts", "pretraining/relational.ts", "losses/contrast.ts"],
    ...["samplers/stratified.ts", "networks/unet.ts", "benchmarks/hippocampus.ts", "training/loop.ts"],
    ...["training/batches/thread.ts", "training/evaluation/evaluate.ts", "metrics/surface.ts", "runs/workplace.ts"],
    ...[
      "optimizers/optimizer.ts",
      "images/augment/slices.ts",
      "engine/native/kernels/norm.cc",
      "engine/native/kernels/kernel.h",
    ],
  ])
    assert.ok(arco.includes(file), file);
});

test("it is not what only shows, lists, fills in or measures, nor another method, network or data set", () => {
  const arco = filesOf({ method: "arco" });
  for (const part of [
    /^(cli|notebook|plots|reports|tables|studies|setup|bench|segmentation|paper)\//,
    /^(methods|networks|benchmarks)\/index\.ts$/,
    /^methods\/(supervised|meanTeacher|recipes)\.ts$/,
    /^methods\/arco\/ledger\.ts$/,
    /^networks\/vnet\.ts$/,
    /^benchmarks\/(acdc|la|lits)\//,
    /^training\/config\//,
    /^runs\/(jobs|claim|run)\.ts$/,
  ])
    assert.deepEqual(
      arco.filter((file) => part.test(file)),
      [],
      String(part),
    );
  assert.ok(!filesOf({ method: "supervised" }).some((file) => /contrast|pretraining\//.test(file)));
  const phantom = filesOf({ benchmark: "phantom-acdc" });
  assert.ok(phantom.includes("phantoms/acdc.ts") && phantom.includes("benchmarks/acdc/index.ts"));
  assert.ok(!phantom.some((file) => /phantoms\/(la|pascal)\.ts|benchmarks\/lits/.test(file)));
});

test("seed, steps and other numbers change no code; a pre-training has the code of its own part", () => {
  const config = resolveConfig({ method: "arco" });
  assert.equal(codeOf(config).digest, codeOf({ ...config, seed: 7, steps: 3 }).digest);
  const first = codeOf(pretrainingConfig(config) ?? assert.fail());
  const whole = codeOf(config);
  assert.ok(Object.keys(first.files).length < Object.keys(whole.files).length);
  for (const [file, sha256] of Object.entries(first.files)) assert.equal(whole.files[file], sha256, file);
  assert.deepEqual(differences(whole, { digest: "", files: { ...whole.files, "losses/dice.ts": "another" } }), [
    "losses/dice.ts",
  ]);
});

test("what was registered in the process belongs to the code of what uses it", () => {
  const register = (chosen: number) =>
    registerSampler({
      name: "ownSampler",
      title: `of ${chosen}`,
      draw: (_, groups, n) => ({
        ...groups,
        index: new Int32Array(n),
        weight: new Float32Array(n),
        group: new Int32Array(n),
      }),
    });
  register(1);
  const config = resolveConfig({ method: "arco", options: { sampler: "ownSampler" } });
  const before = codeOf(config);
  register(2);
  assert.deepEqual(differences(before, codeOf(config)), ["registered: ownSampler"]);
  assert.equal(codeOf(resolveConfig({ method: "arco" })).files["registered: ownSampler"], undefined);
});

test("what a file loads is found as the compiler finds it", () => {
  const paths = readdirSync(libFolder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".ts") && !path.startsWith("node_modules"));
  assert.ok(paths.length > 400);
  for (const path of paths) {
    const tree = ts.createSourceFile(path, readFileSync(join(libFolder, path), "utf8"), ts.ScriptTarget.Latest);
    const expected = new Set<string>();
    const add = (node: ts.Node | undefined) => {
      if (!node || !ts.isStringLiteralLike(node) || !node.text.startsWith(".")) return;
      const file = join(path, "..", node.text);
      const found = [file.replace(/\.js$/, ".ts"), file].find((one) => !one.startsWith("..") && sourceOf(one));
      if (found) expected.add(found);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node) && !isType(node.importClause)) add(node.moduleSpecifier);
      if (ts.isExportDeclaration(node) && !node.isTypeOnly && !areTypes(node.exportClause)) add(node.moduleSpecifier);
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
      if (ts.isNewExpression(node) && node.expression.getText(tree) === "URL") add(node.arguments?.[0]);
      ts.forEachChild(node, visit);
    };
    visit(tree);
    assert.deepEqual([...(sourceOf(path)?.imports ?? [])].sort(), [...expected].sort(), path);
  }
});

const areTypes = (names: ts.Node | undefined): boolean =>
  names !== undefined &&
  (ts.isNamedImports(names) || ts.isNamedExports(names)) &&
  names.elements.every((one) => one.isTypeOnly);

const isType = (clause: ts.ImportClause | undefined): boolean =>
  clause !== undefined &&
  (clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!clause.name && areTypes(clause.namedBindings)));
