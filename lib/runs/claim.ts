import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Problem } from "../problem.js";
import { startOf } from "./process.js";

/** What the name of a file in `lock/` says: a process of a machine, told from a later one with the same number by when it started. */
interface Claim {
  file: string;
  pid: number;
  start: string;
  host: string;
  holds: boolean;
}

let claims = 0;

/**
 * Takes a run's folder for this process and returns the function that gives it back; throws a Problem while another process has it.
 *
 * Each process leaves an empty file `lock/<pid>@<start>@<host>@<n>.wants`, *then* looks for others (so that of two that come at once at least one
 * sees the other), and renames it to `.holds` if it is alone. Between two that want, the later name withdraws and the earlier one waits for that.
 * A name is complete as soon as it exists and is never used twice, so a dead process's claim can be removed at any time.
 */
export function lock(folder: string): () => void {
  const files = join(folder, "lock");
  mkdirSync(files, { recursive: true });
  const own = [process.pid, startOf(process.pid), hostname(), ++claims].map(String).map(encodeURIComponent).join("@");
  const [wants, holds] = [join(files, `${own}.wants`), join(files, `${own}.holds`)];
  try {
    for (;;) {
      closeSync(openSync(wants, "w"));
      const others = living(files).filter(({ file }) => file !== `${own}.wants`);
      if (others.length === 0) break;
      const holder = others.find((claim) => claim.holds);
      if (holder) throw taken(folder, holder);
      if (others.some(({ file }) => file < own)) rmSync(wants);
      pause(5);
    }
    renameSync(wants, holds);
  } catch (error) {
    rmSync(wants, { force: true });
    throw error;
  }
  return () => rmSync(holds, { force: true });
}

/** Whether a living process has the run. */
export const isLocked = (folder: string) => living(join(folder, "lock"), { clean: false }).some(({ holds }) => holds);

/** The claims of processes that may be alive; those that are dead for certain are removed. Another machine's are never judged. */
function living(files: string, { clean = true } = {}): Claim[] {
  return list(files).filter((claim) => {
    const dead = claim.host === hostname() && startOf(claim.pid) !== claim.start;
    if (dead && clean) rmSync(join(files, claim.file), { force: true });
    return !dead;
  });
}

function list(files: string): Claim[] {
  let names: string[];
  try {
    names = readdirSync(files);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return names.map((file) => {
    const [pid, start = "", host = ""] = file.split("@").map(decodeURIComponent);
    return { file, pid: Number(pid), start, host, holds: !file.endsWith(".wants") };
  });
}

function taken(folder: string, { file, pid, host }: Claim): Problem {
  const elsewhere =
    host === hostname() ? "" : `; if ${host} is not training it any more, delete ${join(folder, "lock", file)}`;
  return new Problem(
    `${folder}: process ${pid} on ${host} is working on this run; wait for it or stop it, then give the same command again${elsewhere}`,
  );
}

/** Blocks for a few milliseconds. */
const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
