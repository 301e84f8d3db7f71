import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { aside } from "./aside.mjs";
import { command } from "./command.mjs";
import { libraries, libraryFolder, manifest, writeManifest } from "./engine.mjs";
import { engineFolder, modules, root } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/** @import { Step } from "./steps.mjs" */

/**
 * An addon of Node: its file, the folder of its sources, and how it is compiled; a plain one is not linked with TensorFlow.
 * @typedef {{ file: string, folder: string, optimize: string, plain?: boolean }} Addon
 */

const isMac = process.platform === "darwin";

const native = join(root, "lib", "engine", "native");

/**
 * tfjs-node's binding, unchanged, our own operations, and switches of the process that are set before TensorFlow is
 * loaded.
 * @type {Addon[]}
 */
const addons = [
  { file: "tfjs_binding.node", folder: join(modules, "@tensorflow", "tfjs-node-gpu", "binding"), optimize: "-O2" },
  { file: "arco_kernels.node", folder: join(native, "kernels"), optimize: "-O3" },
  { file: "arco_process.node", folder: join(native, "process"), optimize: "-O2", plain: true },
];

/** @type {(folder: string) => string[]} */
const names = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
/** @type {(addon: Pick<Addon, "folder">) => string[]} */
const sources = (addon) => names(addon.folder).filter((name) => name.endsWith(".cc"));
const present = () => addons.filter((addon) => sources(addon).length > 0);

/**
 * The arguments of the compiler, but for the output.
 * @param {string} kind
 * @param {Addon} addon
 */
function flags(kind, { folder, optimize, plain = false }) {
  const engine = engineFolder(kind);
  const here = join(engine, libraryFolder(kind));
  const origin = isMac ? "@loader_path" : "$ORIGIN";
  return [
    "-std=c++17",
    optimize,
    "-fPIC",
    "-shared",
    "-pthread",
    ...["-fno-math-errno", "-fno-trapping-math"], // else no loop with a square root or a comparison becomes vectors
    "-DNAPI_VERSION=8",
    ...(isMac ? ["-undefined", "dynamic_lookup"] : []),
    `-I${join(modules, "node-api-headers", "include")}`,
    `-I${join(here, "include")}`,
    ...sources({ folder }).map((name) => join(folder, name)),
    ...(plain ? [] : [...libraries.map((file) => join(here, file)), `-Wl,-rpath,${join(origin, libraryFolder(kind))}`]),
  ];
}

/**
 * Changes when a source, a header, the compiler's arguments or Node's headers change.
 * @param {string} kind
 * @param {Addon} addon
 */
function digest(kind, addon) {
  const hash = createHash("sha256").update(JSON.stringify(flags(kind, addon)).replaceAll(root, ""));
  hash.update(readFileSync(join(modules, "node-api-headers", "package.json")));
  for (const name of names(addon.folder).filter((name) => /\.(cc|h)$/.test(name)))
    hash.update(`${name}\n`).update(readFileSync(join(addon.folder, name)));
  return hash.digest("hex");
}

/**
 * The addons whose file is absent, damaged or made from other sources.
 * @param {string} kind
 */
function stale(kind) {
  const made = manifest(kind)?.addons ?? {};
  return present().filter((addon) => {
    const { sources: from, bytes } = made[addon.file] ?? {};
    const path = join(engineFolder(kind), addon.file);
    return from !== digest(kind, addon) || !existsSync(path) || statSync(path).size !== bytes;
  });
}

/**
 * Compiles the addons against the unpacked engine.
 * @param {string} kind
 * @param {Step[]} after
 * @returns {Step}
 */
export function addonStep(kind, after) {
  return {
    part: "engine",
    name: "compile the native addons",
    uses: ["compiler"],
    after,
    isDone: () =>
      existsSync(join(modules, "node-api-headers")) && manifest(kind) !== undefined && stale(kind).length === 0,
    run: async ({ compiler }) => {
      if (!present().some(({ file }) => file === "tfjs_binding.node"))
        throw new Problem(`${addons[0].folder}: no .cc file found; remove node_modules and run the same command again`);
      await Promise.all(stale(kind).map((addon) => compile(kind, addon, compiler)));
    },
  };
}

/**
 * Compiles one addon and notes in the manifest what it was made from.
 * @param {string} kind
 * @param {Addon} addon
 * @param {string} compiler
 */
async function compile(kind, addon, compiler) {
  const goal = join(engineFolder(kind), addon.file);
  const from = digest(kind, addon);
  await aside(goal, async (path) => {
    await command(`compile ${addon.file}`, [compiler, ...flags(kind, addon), "-o", path]);
  });
  const whole = manifest(kind);
  if (!whole)
    throw new Problem(`${engineFolder(kind)}: changed while ${addon.file} was compiled; run the same command again`);
  whole.addons[addon.file] = { sources: from, bytes: statSync(goal).size };
  writeManifest(engineFolder(kind), whole);
}
