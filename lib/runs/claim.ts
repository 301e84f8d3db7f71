import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../problem.js";
import { heartbeat } from "./heartbeat.js";
import { startOf } from "./process.js";

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

/** What the name of a file in `lock/` says: a process of a machine, told from a later one with the same number by when it started. */
interface Sign {
  file: string;
  pid: number;
  start: string;
  place: string;
  /** A process that died while it held the folder is remembered, see `deathsIn`. */
  state: "wants" | "holds" | "died";
}

/** A process that has a folder. */
export interface Holder {
  pid: number;
  host: string;
  /** Its file, in which it counts its signs of life. */
  path: string;
  /** Whether it is known to be alive, for it runs on this machine. */
  isHere: boolean;
}

/** The signs of life of others, as this process has seen them from one look to the next. */
export type Watch = Map<string, { text: string; since: number; isAlive: boolean }>;

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

/** Whether whoever has a folder gave a sign of life between two looks of this process; a process of this machine does by being there. */
export function isSeenAlive(folder: string, watch: Watch, { place = here() }: Lease = {}): boolean {
  const holder = signs(join(folder, "lock"), place, { clean: false }).find(isHolding);
  return holder !== undefined && (holder.place === place || watch.get(holder.file)?.isAlive === true);
}

/** The process that has a folder and may be alive. */
export function holderOf(folder: string): Holder | undefined {
  const files = join(folder, "lock");
  const place = here();
  const sign = signs(files, place, { clean: false }).find(isHolding);
  return sign && { pid: sign.pid, host: whereOf(sign), path: join(files, sign.file), isHere: sign.place === place };
}

/** The processes that died, or were taken for dead, while they had a folder: "process 17 on node3". */
export function deathsIn(folder: string): string[] {
  const place = here();
  return list(join(folder, "lock"))
    .filter((sign) => sign.state === "died" || (isHolding(sign) && isDead(sign, place)))
    .map((sign) => `process ${sign.pid} on ${whereOf(sign)}`);
}

/** Forgets who died in a folder. */
export function forgetDeaths(folder: string): void {
  const files = join(folder, "lock");
  for (const { file, state } of list(files)) if (state === "died") rmSync(join(files, file), { force: true });
}

/** Whether a process that may be alive has the folder. */
export const isLocked = (folder: string) => signs(join(folder, "lock"), here(), { clean: false }).some(isHolding);

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
    const rival = signs(own.files, own.place).find(isHolding) ?? attempt(own);
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

/** Takes away the sign of a dead process. */
function bury(files: string, { file, state }: Sign): void {
  const path = join(files, file);
  if (state === "holds") renamed(path, path.replace(/\.holds$/, ".died"));
  else rmSync(path, { force: true });
}

/** Tries to take the folder: gives whoever is in the way, undefined when it is ours. */
function attempt({ files, place, wants, holds }: Own): Sign | undefined {
  mkdirSync(files, { recursive: true });
  const path = join(files, wants);
  closeSync(openSync(path, "w"));
  try {
    for (let patience = 10; ; patience--) {
      const others = signs(files, place).filter(({ file }) => file !== wants);
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

/** Renames a file, unless it is gone. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

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

const isHolding = ({ state }: Sign) => state === "holds";
const isMissing = (error: unknown) =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESTALE");

/** The signs of processes that may be alive; those of dead ones are taken away. Another machine's are not judged here. */
function signs(files: string, place: string, { clean = true } = {}): Sign[] {
  return list(files).filter((sign) => {
    if (sign.state === "died") return false;
    const dead = isDead(sign, place);
    if (dead && clean) bury(files, sign);
    return !dead;
  });
}

const isDead = (sign: Sign, place: string) => sign.place === place && startOf(sign.pid) !== sign.start;

function list(files: string): Sign[] {
  let names: string[];
  try {
    names = readdirSync(files);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names.map((file) => {
    const [pid, start = "", place = ""] = file.split("@").map(decodeURIComponent);
    const state = file.endsWith(".died") ? "died" : file.endsWith(".wants") ? "wants" : "holds";
    return { file, pid: Number(pid), start, place, state };
  });
}

/** What a process wrote into its file last. */
function beatOf(files: string, { file }: Sign): string {
  try {
    return readFileSync(join(files, file), "utf8");
  } catch (error) {
    if (isMissing(error)) return "gone";
    throw error;
  }
}

/** The name of this machine and, on Linux, of its namespace of process numbers: containers may share a name, and do not see one another's processes. */
function here(): string {
  if (process.platform !== "linux") return hostname();
  return `${hostname()}/${readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")}`;
}

const whereOf = ({ place }: Sign) => place.split("/")[0];

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
