import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { resolve } from "node:path";
import { benchmarks } from "./benchmarks/index.js";
import { type Engine, startEngine } from "./engine/start.js";
import { Problem } from "./problem.js";
import { type Environment, environment, root } from "./runs/environment.js";
import { prerequisites } from "./setup/prerequisites.mjs";

/** One thing looked at: whether it is well, what was found and, if something is missing, what to do. */
export interface Check {
  name: string;
  ok: boolean;
  /** Training is not possible without it. */
  needed: boolean;
  found: string;
  advice?: string;
}

/** What a checkout can do on this machine. */
export interface Diagnosis {
  ok: boolean;
  /** Absent if the engine does not start. */
  engine?: Engine;
  environment?: Environment;
  freeMemoryGiB: number;
  checks: Check[];
}

/** Starts the engine, asks the tools for their versions and looks for every benchmark. Nothing is changed. */
export async function diagnose(): Promise<Diagnosis> {
  const engine = await tryEngine();
  const checks = [
    checkNode(),
    engine.check,
    checkMemory(),
    ...(await checkTools()),
    ...Object.keys(benchmarks)
      .filter((name) => !benchmarks[name].phantom)
      .map(checkData),
  ];
  return {
    ok: checks.every(({ ok, needed }) => ok || !needed),
    ...(engine.engine && { engine: engine.engine, environment: environment(engine.engine) }),
    freeMemoryGiB: round(freemem() / 2 ** 30),
    checks,
  };
}

async function tryEngine(): Promise<{ check: Check; engine?: Engine }> {
  try {
    const engine = await startEngine();
    const { kind, backend, version, device, threads } = engine;
    const found = `${kind}: ${backend} ${version} on ${device}, ${threads} thread${threads === 1 ? "" : "s"}`;
    const advice = kind === "js" ? "plain JavaScript is for tests of tiny shapes; unset ARCO_ENGINE" : undefined;
    return { check: { name: "engine", ok: true, needed: true, found, advice }, engine };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { check: { name: "engine", ok: false, needed: true, found: "does not start", advice: error.message } };
  }
}

function checkNode(): Check {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    name: "node",
    ok,
    needed: true,
    found: process.versions.node,
    advice: ok ? undefined : "install Node.js 20.19 or later",
  };
}

function checkMemory(): Check {
  const [free, total] = [round(freemem() / 2 ** 30), round(totalmem() / 2 ** 30)];
  const ok = total >= 3;
  return {
    name: "memory",
    ok,
    needed: false,
    found: `${free} of ${total} GiB free`,
    advice: ok ? undefined : "256² images need about 2 GiB; use the hippocampus sample",
  };
}

/** The tools that set-up needs and the Jupyter that it makes. */
async function checkTools(): Promise<Check[]> {
  const lab = labVersion();
  const notebooks = {
    name: "jupyter",
    ok: lab !== undefined,
    needed: false,
    found: lab ? `JupyterLab ${lab}` : "not set up",
    advice: lab ? undefined : 'run "npm run setup"',
  };
  try {
    const { python, compiler } = prerequisites(["python", "compiler"]);
    return [
      { name: "python", ok: true, needed: false, found: version(python, "--version") ?? python },
      { name: "compiler", ok: true, needed: false, found: version(compiler, "--version") ?? compiler },
      notebooks,
    ];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Problem") throw error;
    return [
      { name: "tools", ok: false, needed: false, found: "set-up could not be repeated", advice: error.message },
      notebooks,
    ];
  }
}

/** First line of what a command answers, undefined if it cannot be run. */
function version(command: string, ...words: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, words, { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0].trim() : undefined;
}

/** Version of JupyterLab by the name of its folder: asking it would take seconds. */
function labVersion(): string | undefined {
  const folders = resolve(root, ".venv/lib");
  if (!existsSync(folders)) return undefined;
  const names = readdirSync(folders).flatMap((python) => readdirSync(resolve(folders, python, "site-packages")));
  return names.map((name) => /^jupyterlab-(\d.*)\.dist-info$/.exec(name)?.[1]).find(Boolean);
}

function checkData(name: string): Check {
  const { folder, layout, found, expected, message } = benchmarks[name].state();
  const ok = folder !== undefined && found >= expected;
  const what =
    folder === undefined ? "not here" : `${found} of ${expected} files in ${folder}${layout ? ` (${layout})` : ""}`;
  return { name, ok, needed: false, found: what, advice: message || undefined };
}

const round = (value: number) => Math.round(value * 10) / 10;
