import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../problem.js";
import { heartbeat } from "./heartbeat.js";
import { startOf } from "./process.js";
import {
  beatOf,
  bury,
  here,
  isHolding,
  isMissing,
  livingSigns,
  renamed,
  type Sign,
  type Watch,
  whereOf,
} from "./signs.js";

/** A folder that this process alone may work in. */
export interface Claim {
  /** Throws a Problem when another process took the folder over, because this one had given no sign of life for too long. */
  check(): void;
  release(): void;
}

/** The lease of a claim, and who takes it. */
export interface Lease {
  /** Milliseconds between two signs of life of whoever holds a folder. */
  beatMs?: number;
  /** Milliseconds without a sign of life after which a claim from another machine counts as dead; by the watcher's own clock. */
  expiryMs?: number;
  /** The machine, as far as its processes see one another. */
  place?: string;
}

/** What to do while another process has the folder. */
export interface Waiting extends Lease {
  /** "wait": until it gives the folder back, or is dead; "refuse": throw a Problem if it is alive. */
  others?: "wait" | "refuse";
  /** Told once of each process that is waited for. */
  onWait?: (words: string) => void;
  signal?: AbortSignal;
}

const lease = { beatMs: 10_000, expiryMs: 180_000 };
let claims = 0;

/** How long `claim` waits for others that want the folder to settle it among them. */
const patienceMs = 1000;

/**
 * Takes a folder for this process, or throws a Problem while another process has it.
 *
 * Each process leaves an empty file `lock/<pid>@<start>@<place>@<n>.wants`, *then* looks for others (so that of two that come at once at least one
 * sees the other), and renames it to `.holds` if it is alone. Between two that want, the later name withdraws and the earlier one waits for that.
 * A name is complete as soon as it exists and is never used twice, so a dead process's claim can be removed at any time.
 * Whoever holds the folder writes a number into its file again and again: see `claimWhenFree`.
 */
export function claim(folder: string, given: Lease = {}): Claim {
  const own = signOf(folder, given);
  const started = performance.now();
  for (;;) {
    const rival = attempt(own);
    if (!rival) return held(own, given);
    if (isHolding(rival) || performance.now() - started > patienceMs) throw taken(folder, rival);
    pause(5);
  }
}

/**
 * Takes a folder as soon as no other process has it; throws the signal's reason when it is aborted.
 * A dead process of this machine is known by its number. One of another machine is dead when the number that it writes into its file has not changed
 * for a whole lease by our own monotonic clock: no two clocks are ever compared. It finds its file gone when it wakes up after all (`Claim.check`).
 */
export async function claimWhenFree(folder: string, given: Waiting = {}): Promise<Claim> {
  const { others = "wait", onWait, signal, expiryMs = lease.expiryMs } = given;
  const own = signOf(folder, given);
  const watch: Watch = new Map();
  let told = "";
  for (let pauseMs = 5; ; pauseMs = Math.min(1000, 1.5 * pauseMs)) {
    const rival = take(own, watch, expiryMs);
    if (!rival) return held(own, given);
    const isHere = rival.place === own.place;
    if (isHolding(rival)) {
      if (others === "refuse" && (isHere || watch.get(rival.file)?.isAlive)) throw taken(folder, rival);
      if (told !== rival.file) onWait?.(waitingFor(folder, rival, isHere ? undefined : expiryMs));
      told = rival.file;
    }
    signal?.throwIfAborted();
    await sleep(pauseMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/**
 * Takes a folder unless another process has it: then undefined. It never waits; who looks again and again with the same `watch` takes the folder over from
 * a dead process, as `claimWhenFree` does.
 */
export function claimNow(folder: string, watch: Watch, given: Lease = {}): Claim | undefined {
  const own = signOf(folder, given);
  return take(own, watch, given.expiryMs ?? lease.expiryMs) ? undefined : held(own, given);
}

/** The files of this process's next claim. */
function signOf(folder: string, { place = here() }: Lease) {
  const files = join(folder, "lock");
  const name = [process.pid, startOf(process.pid), place, ++claims].map(String).map(encodeURIComponent).join("@");
  return { folder, files, place, wants: `${name}.wants`, holds: `${name}.holds` };
}
type Own = ReturnType<typeof signOf>;

/** Tries to take the folder, from a dead process where need be: gives whoever is in the way, undefined when it is ours. */
function take(own: Own, watch: Watch, expiryMs: number): Sign | undefined {
  for (;;) {
    const rival = livingSigns(own.files, own.place).find(isHolding) ?? attempt(own);
    if (!rival || rival.place === own.place) return rival;
    const text = beatOf(own.files, rival);
    const before = watch.get(rival.file);
    if (before?.text !== text) watch.set(rival.file, { text, since: performance.now(), isAlive: before !== undefined });
    else if (performance.now() - before.since > expiryMs) {
      bury(own.files, rival);
      continue;
    }
    return rival;
  }
}

/** Tries to take the folder: gives whoever is in the way, undefined when it is ours. */
function attempt({ files, place, wants, holds }: Own): Sign | undefined {
  mkdirSync(files, { recursive: true });
  const path = join(files, wants);
  closeSync(openSync(path, "w"));
  try {
    for (let patience = 10; ; patience--) {
      const others = livingSigns(files, place).filter(({ file }) => file !== wants);
      if (others.length === 0 && renamed(path, join(files, holds))) return undefined;
      const rival = others.find(isHolding) ?? others.find(({ file }) => file < wants);
      if (rival || patience === 0) return rival ?? others[0] ?? nobody;
      pause(5); // the others withdraw
    }
  } finally {
    rmSync(path, { force: true });
  }
}

/** Stands for a rival that took our sign away, for we had slept too long between two looks. */
const nobody: Sign = { file: "", pid: 0, start: "", place: "", state: "wants" };

function held({ folder, files, holds }: Own, { beatMs = lease.beatMs }: Lease): Claim {
  const path = join(files, holds);
  heartbeat(path, beatMs);
  return {
    check() {
      try {
        closeSync(openSync(path, "r")); // an open file, unlike its attributes, is asked for at the server
      } catch (error) {
        if (!isMissing(error)) throw error;
        throw new Problem(
          `${folder}: this process has lost the run: another one took it over after too long a silence, or the folder was moved away; nothing more is written into it from here`,
        );
      }
    },
    release: () => rmSync(path, { force: true }),
  };
}

function taken(folder: string, sign: Sign): Problem {
  return new Problem(
    `${folder}: process ${sign.pid} on ${whereOf(sign)} is working on this run; wait for it or stop it, then give the same command again`,
  );
}

function waitingFor(folder: string, sign: Sign, expiryMs: number | undefined): string {
  const dead =
    expiryMs === undefined ? "" : `, or until it has given no sign of life for ${Math.ceil(expiryMs / 1000)} s`;
  return `${folder}: process ${sign.pid} on ${whereOf(sign)} is working on this run; waiting for it${dead}`;
}

/** Blocks for a few milliseconds. */
const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
