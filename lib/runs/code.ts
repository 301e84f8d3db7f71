import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { addedIn } from "../training/config/added.js";
import { pretrainingConfigs } from "../training/config/config.js";
import { identityOf } from "../training/config/identity.js";
import { type Config, canonical } from "../training/config/schema.js";
import { areFrozen, hasChanged, libFolder, sourceOf } from "./sources.js";

/** The code that a run depends on: of each source file (and of what was registered in the process), the sha256 of what it says; and one digest of all. */
export interface Code {
  digest: string;
  files: Readonly<Record<string, string>>;
}

// What trains and tests a run, beside its method, its network and its data.
const common = [
  "runs/training.ts",
  "runs/workplace.ts",
  "runs/assess.ts",
  "training/loop.ts",
  "training/batches/batches.ts",
  "training/evaluation/evaluate.ts",
];

// Files that are loaded and decide no number: lists of all that there is, what only fills in configs, what measures without changing (the ledger),
// and what writes words, files and tables.
const without =
  /^([^/]+\.ts|(methods|networks|benchmarks|phantoms)\/index\.ts|methods\/recipes\.ts|methods\/((arco|reco)\/)?ledger\.ts|(training\/config|runs|cli|notebook|plots|reports|tables|studies|setup|bench|segmentation|paper)\/.*)$/;

/** The code that a config depends on, as it lies on the disk now (or did when the process froze its sources). */
export function codeOf(config: Config): Code {
  const own = ownFiles(config);
  const added = addedIn(config);
  const key = JSON.stringify([own, added]);
  const before = fresh.get(key);
  if (before) return before;
  const code = readCode([...common, ...own, ...nativeFiles()], added);
  if (fresh.size === 0 && !areFrozen()) setImmediate(() => fresh.clear()).unref();
  fresh.set(key, code);
  return code;
}

/** Codes that were looked at since the event loop turned last, or since the sources were frozen: a list of runs asks for each again and again. */
const fresh = new Map<string, Code>();

function readCode(roots: readonly string[], added: Readonly<Record<string, string>>): Code {
  const files = new Map<string, string>();
  const add = (path: string) => {
    if (files.has(path)) return;
    const source = sourceOf(path);
    if (!source) return;
    files.set(path, source.sha256);
    if (path === "benchmarks/phantom/index.ts") return; // the plans of all phantoms, of which one is a root by itself
    for (const file of source.imports) if (!without.test(file)) add(file);
  };
  roots.forEach(add);
  for (const [name, text] of Object.entries(added)) files.set(`registered: ${name}`, hash(text).slice(0, 16));
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return { digest: hash(JSON.stringify(sorted)), files: Object.fromEntries(sorted) };
}

/** Names of the files in which two codes differ. */
export function differences(one: Code, other: Code): string[] {
  const names = new Set([...Object.keys(one.files), ...Object.keys(other.files)]);
  return [...names].filter((name) => one.files[name] !== other.files[name]).sort();
}

/** Files of a config's code that were changed after this process had begun to load them. */
export const changedSinceStart = (config: Config): string[] => Object.keys(codeOf(config).files).filter(hasChanged);

/**
 * The code of a config and of each of its pre-trainings as this process has loaded it, taken now: an edit while they are trained changes nothing in it.
 * Throws a Problem where a file was changed after it was loaded.
 */
export function loadedCode(config: Config): (one: Config) => Code {
  const changed = changedSinceStart(config);
  if (changed.length > 0)
    throw new Problem(
      `${changed.map((path) => (path.includes(":") ? path : `lib/${path}`)).join(", ")}: changed since this process loaded it; start the command anew, or in a notebook restart the kernel (quickstart, tables and trainArms train in a process of their own then)`,
    );
  const key = (one: Config) => canonical(identityOf(one));
  const codes = new Map([config, ...pretrainingConfigs(config)].map((one) => [key(one), codeOf(one)]));
  return (one) => codes.get(key(one)) ?? codeOf(one);
}

/** The files of a config's own method, of those it is pre-trained with, of its network and of its data. */
function ownFiles({ method, network, benchmark, pretraining }: Config): string[] {
  const methods = [method];
  for (let first = pretraining; first; first = first.pretraining) methods.push(first.method);
  const real = benchmark.replace(/^phantom-/, "");
  const data = [`benchmarks/${real}.ts`, `benchmarks/${real}/index.ts`];
  const phantom = ["benchmarks/phantom/benchmark.ts", "benchmarks/phantom/index.ts", `phantoms/${real}.ts`];
  const isOwn = !data.some((file) => existsSync(join(libFolder, file)));
  return [
    ...methods.flatMap((name) => [`methods/${name}.ts`, `pretraining/${name}.ts`]),
    `networks/${network}.ts`,
    ...(isOwn ? ["benchmarks/own/own.ts"] : data),
    ...(real === benchmark ? [] : phantom),
  ];
}

/** The sources of the native operations. */
const nativeFiles = () =>
  readdirSync(join(libFolder, "engine/native"), { recursive: true })
    .map((name) => `engine/native/${String(name).replaceAll("\\", "/")}`)
    .filter((name) => /\.(cc|h)$/.test(name));

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
