import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
const bin = (name: string) => join(root, "node_modules", name);
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Runs a checker with Node; its findings become the failure. */
async function passes(script: string, ...args: string[]): Promise<void> {
  const options = { cwd: root, maxBuffer: 1 << 26, env: { ...process.env, NO_COLOR: "1" } };
  await run(process.execPath, [bin(script), ...args], options).catch((error) => {
    assert.fail(`${script} ${args.join(" ")}\n${error.stdout}\n${error.stderr}`);
  });
}

/** The files that are committed or about to be. */
async function committed(...patterns: string[]): Promise<string[]> {
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
  });
  return stdout.split("\n").filter((path) => path && existsSync(join(root, path)));
}

test("Biome finds nothing to mend", () => passes("@biomejs/biome/bin/biome", "check", "."));

test("the types hold", () => passes("typescript/bin/tsc", "--noEmit"));

test("every script is type-checked", async () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const checked = new Set(fileNames.map((path) => relative(root, path)));
  const scripts = await committed("*.js", "*.mjs", "*.cjs");
  assert.deepEqual(
    scripts.filter((path) => !checked.has(path)),
    [],
  );
});

test("imports go one way", () =>
  passes("dependency-cruiser/bin/dependency-cruise.mjs", "lib", "--config", ".dependency-cruiser.cjs"));

test("no committed file names a path of a machine or the host of a registry", async () => {
  const places = ["work/", "root/", "home/", "Users/", "tmp/w"].map((path) => `(?<![\\w.~-])/${path}`);
  const hosts = ["npmjs", "pypi", "pythonhosted", "debian"].map((name) => `\\b${name}\\.org`);
  const forbidden = new RegExp([...places, ...hosts].join("|"), "m");
  const texts = (await committed()).filter((path) => !/\.(gz|png|h5|nii|ttf|woff2?|node|safetensors)$/.test(path));
  const found = texts.flatMap((path) => {
    const match = forbidden.exec(read(path));
    return match ? [`${path}: ${match[0]}`] : [];
  });
  assert.deepEqual(found, []);
});

test("every exported name says in a sentence what it is", async () => {
  const bare = (await committed("lib/*.ts")).filter((path) => path !== "lib/index.ts").flatMap(undocumented);
  assert.deepEqual(bare, []);
});

test("numbers for people are written by lib/written.ts: no hyphen for a minus, no negative zero", async () => {
  const own = ["lib/written.ts", "lib/plots/pictures/relief.ts", "lib/notebook/progress.ts"]; // coordinates, the length of a bar
  const rounded = /Number\([^;]*\.toPrecision/; // a number again
  const found = (await committed("lib/*.ts"))
    .filter((path) => !own.includes(path))
    .flatMap((path) =>
      read(path)
        .split("\n")
        .flatMap((line, at) =>
          /\.toFixed\(|\.toPrecision\(/.test(line) && !rounded.test(line) ? [`${path}:${at + 1}`] : [],
        ),
    );
  assert.deepEqual(found, []);
});

/** Exported declarations of a file without a doc comment. */
function undocumented(path: string): string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const isExported = (node: ts.Statement): boolean =>
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const nameless = source.statements.filter(
    (node) => isExported(node) && ts.getJSDocCommentsAndTags(node).length === 0,
  );
  // an overload shares the words of the first one
  const functions = new Set<string>();
  for (const node of source.statements)
    if (ts.isFunctionDeclaration(node) && ts.getJSDocCommentsAndTags(node).length > 0)
      functions.add(node.name?.text ?? "");
  return nameless
    .filter((node) => !(ts.isFunctionDeclaration(node) && functions.has(node.name?.text ?? "")))
    .map((node) => `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
}

test("what the documents link to and tell to type exists", async () => {
  const { scripts } = JSON.parse(read("package.json"));
  const builtin = ["ci", "install", "start", "test"];
  const wrong = (await committed("*.md")).flatMap((path) => {
    const text = read(path);
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link ?? "");
    const missing = links.filter((link) => !existsSync(join(root, dirname(path), link)));
    const commands = [...text.matchAll(/\bnpm (run )?([a-z][a-z:]*)/g)];
    const unknown = commands.filter(([, isRun, name = ""]) => !(name in scripts) && (isRun || !builtin.includes(name)));
    return [...missing.map((link) => `${path}: ${link}`), ...unknown.map(([command]) => `${path}: ${command}`)];
  });
  assert.deepEqual(wrong, []);
});
