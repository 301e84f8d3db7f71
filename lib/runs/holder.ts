import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Lease } from "./claim.js";
import { allSigns, here, isDead, isHolding, livingSigns, type Watch, whereOf } from "./signs.js";

/** A process that has a folder. */
export interface Holder {
  pid: number;
  host: string;
  /** Its file, in which it counts its signs of life. */
  path: string;
  /** Whether it is known to be alive, for it runs on this machine. */
  isHere: boolean;
}

/** Whether whoever has a folder gave a sign of life between two looks of this process; a process of this machine does by being there. */
export function isSeenAlive(folder: string, watch: Watch, { place = here() }: Lease = {}): boolean {
  const holder = holding(folder, place);
  return holder !== undefined && (holder.place === place || watch.get(holder.file)?.isAlive === true);
}

/** The process that has a folder and may be alive. */
export function holderOf(folder: string): Holder | undefined {
  const place = here();
  const sign = holding(folder, place);
  const path = (file: string) => join(folder, "lock", file);
  return sign && { pid: sign.pid, host: whereOf(sign), path: path(sign.file), isHere: sign.place === place };
}

const holding = (folder: string, place: string) =>
  livingSigns(join(folder, "lock"), place, { clean: false }).find(isHolding);

/** The processes that died, or were taken for dead, while they had a folder: "process 17 on node3". */
export function deathsIn(folder: string): string[] {
  const place = here();
  return allSigns(join(folder, "lock"))
    .filter((sign) => sign.state === "died" || (isHolding(sign) && isDead(sign, place)))
    .map((sign) => `process ${sign.pid} on ${whereOf(sign)}`);
}

/** Forgets who died in a folder. */
export function forgetDeaths(folder: string): void {
  const files = join(folder, "lock");
  for (const { file, state } of allSigns(files)) if (state === "died") rmSync(join(files, file), { force: true });
}
