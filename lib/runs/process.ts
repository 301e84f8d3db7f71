import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When a process started, in the system's own words; "" if there is no such process. Tells it from a later one with the same number. */
export function startOf(pid: number): string {
  if (process.platform !== "linux")
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return ""; // no such process
  }
  const fields = stat.replace(/^.*\) /s, "").split(" "); // the name in brackets may hold spaces
  return fields[0] === "Z" ? "" : fields[19]; // field 22 of proc(5): clock ticks since boot
}
