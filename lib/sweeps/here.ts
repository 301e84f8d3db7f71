import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder, onDisk } from "../disk.js";
import { memoryFor } from "../runs/jobMemory.js";
import type { Config } from "../training/config/schema.js";
import { mostDeaths } from "./attempt.js";
import type { Places } from "./places.js";

/** The command of the lab, which starts a worker anywhere. */
export const arcoCommand = fileURLToPath(new URL("../cli/arco.mjs", import.meta.url));

/** How workers are started on this machine. */
export interface HereOptions {
  processes: number;
  /** What is to be trained, by which the memory is judged. */
  configs: readonly Config[];
  signal: AbortSignal;
  onNote?: (words: string) => void;
}

/**
 * Starts workers of a plan as processes of this machine and waits until all have ended; gives the last words of those that ended in an error.
 * One that is killed, as by the system when memory runs out, is started anew. They end when this process does, however that ends.
 */
export async function workHere(places: Places, options: HereOptions): Promise<string[]> {
  const { processes, configs, signal, onNote } = options;
  makeFolder(places.logs);
  const memory = memoryFor(configs);
  const all: Promise<string | undefined>[] = [];
  for (let at = 0; at < processes; at++) {
    const lacking = at > 0 ? memory.lacking() : undefined;
    if (lacking !== undefined) {
      onNote?.(lacking);
      break;
    }
    all.push(worker(places, at, options));
  }
  const words = await Promise.all(all);
  signal.throwIfAborted();
  return words.filter((one) => one !== undefined);
}

/** One worker, started anew when it is killed; its last words where it ended in an error. */
async function worker(
  places: Places,
  at: number,
  { processes, signal, onNote }: HereOptions,
): Promise<string | undefined> {
  const log = join(places.logs, `${hostname()}-${process.pid}-${at}.log`);
  for (let deaths = 0; ; deaths++) {
    const how = await ended(start(places, log, processes), signal);
    if (how === 0 || signal.aborted) return undefined;
    const words = `a worker ended (${typeof how === "number" ? `status ${how}` : how}); its last words, in ${log}:\n${lastWords(log)}`;
    if (typeof how === "number" || deaths === mostDeaths) return words;
    onNote?.(words);
  }
}

function start({ folder }: Places, log: string, processes: number): ChildProcess {
  const file = onDisk(log, () => openSync(log, "a"));
  const words = [arcoCommand, "work", folder, "--among", String(processes)];
  const child = spawn(process.execPath, processes > 1 ? [...words, "--workers", "0"] : words, {
    stdio: ["ignore", file, file, "ipc"], // by the channel it notices that we are gone
    env: { ...process.env, ARCO_THREADS: undefined, NODE_TEST_CONTEXT: undefined },
  });
  closeSync(file);
  return child;
}

/** How a process ended: its status, or the signal that killed it. Ours stops it after the step that it is in. */
function ended(child: ChildProcess, signal: AbortSignal): Promise<number | string> {
  const stop = () => child.connected && child.disconnect();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (status, killed) => {
      signal.removeEventListener("abort", stop);
      resolve(killed ?? status ?? 1);
    });
  });
}

const lastWords = (log: string) => readFileSync(log, "utf8").trim().split("\n").slice(-6).join("\n");
