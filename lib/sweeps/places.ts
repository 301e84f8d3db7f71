import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { onDisk } from "../disk.js";
import { foundInstead } from "../lookUp.js";
import { Problem } from "../problem.js";

/**
 * Where a sweep keeps what it knows: inside the folder of its runs, so that both are found together on whatever machine mounts them.
 * `ended/` and `workers/` are read often and written rarely; every file there has one writer, and is written beside and renamed.
 */
export interface Places {
  /** Folder of runs. */
  runs: string;
  folder: string;
  plan: string;
  /** How jobs ended, a folder for each thousand of the plan. */
  ended: string;
  /** What each worker says of itself. */
  workers: string;
  /** What workers print. */
  logs: string;
  /** A file that tells all workers to stop. */
  stop: string;
}

const sweepsIn = (runs: string) => join(runs, "sweeps");

/** Where a sweep of a folder of runs is. Throws a Problem for a name that is none. */
export function placesOf(runs: string, name: string): Places {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
    throw new Problem(`sweep: found the name "${name}", expected letters, digits, hyphens and dots, such as table1`);
  return placesIn(join(sweepsIn(runs), name));
}

/** The same from the sweep's own folder, or from the plan in it. */
export function placesIn(folderOrPlan: string): Places {
  const folder = resolve(folderOrPlan.endsWith("plan.jsonl") ? join(folderOrPlan, "..") : folderOrPlan);
  const inside = (name: string) => join(folder, name);
  return {
    ...{ runs: resolve(folder, "../.."), folder, plan: inside("plan.jsonl"), ended: inside("ended") },
    ...{ workers: inside("workers"), logs: inside("logs"), stop: inside("stop") },
  };
}

/** Where a sweep is that is there. Throws a Problem with those that are where it is not. */
export function placesThere(runs: string, name: string): Places {
  const places = placesOf(runs, name);
  if (existsSync(places.plan)) return places;
  const known = existsSync(sweepsIn(runs)) ? onDisk(sweepsIn(runs), () => readdirSync(sweepsIn(runs))) : [];
  throw new Problem(
    `${sweepsIn(runs)}: ${known.length > 0 ? foundInstead(name, known) : `found no sweep "${name}"; "arco sweep ${name} --help" says how to begin one`}`,
  );
}
