import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { startOf } from "./process.js";

/** What the name of a file in `lock/` says: a process of a machine, told from a later one with the same number by when it started. */
export interface Sign {
  file: string;
  pid: number;
  start: string;
  place: string;
  /** A process that died while it held the folder is remembered, see `deathsIn`. */
  state: "wants" | "holds" | "died";
}

/** The signs of life of others, as this process has seen them from one look to the next. */
export type Watch = Map<string, { text: string; since: number; isAlive: boolean }>;

/** Whether it is of a process that has the folder. */
export const isHolding = ({ state }: Sign) => state === "holds";

/** Whether a file is not there, or not there any more. */
export const isMissing = (error: unknown) =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESTALE");

/** The signs of processes that may be alive; those of dead ones are taken away. Another machine's are not judged here. */
export function livingSigns(files: string, place: string, { clean = true } = {}): Sign[] {
  return allSigns(files).filter((sign) => {
    if (sign.state === "died") return false;
    const dead = isDead(sign, place);
    if (dead && clean) bury(files, sign);
    return !dead;
  });
}

/** Whether its process was one of this machine and has ended. */
export const isDead = (sign: Sign, place: string) => sign.place === place && startOf(sign.pid) !== sign.start;

/** All signs in a folder `lock`, those of dead processes too. */
export function allSigns(files: string): Sign[] {
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
export function beatOf(files: string, { file }: Sign): string {
  try {
    return readFileSync(join(files, file), "utf8");
  } catch (error) {
    if (isMissing(error)) return "gone";
    throw error;
  }
}

/** The name of this machine and, on Linux, of its namespace of process numbers: containers may share a name, and do not see one another's processes. */
export function here(): string {
  if (process.platform !== "linux") return hostname();
  return `${hostname()}/${readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "")}`;
}

/** The name of the machine. */
export const whereOf = ({ place }: Sign) => place.split("/")[0];

/** Takes away the sign of a dead process. */
export function bury(files: string, { file, state }: Sign): void {
  const path = join(files, file);
  if (state === "holds") renamed(path, path.replace(/\.holds$/, ".died"));
  else rmSync(path, { force: true });
}

/** Renames a file, unless it is gone. */
export function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
