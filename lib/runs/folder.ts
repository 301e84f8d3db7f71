import { existsSync } from "node:fs";
import { join } from "node:path";
import { identityOf, watchesAsMuch } from "../training/config/identity.js";
import { type Config, configHash, parseConfig } from "../training/config/schema.js";
import { type Code, codeOf } from "./code.js";
import { readJson } from "./files.js";
import { otherCode } from "./madeBy.js";

/** Name of a config's run: benchmark, method and the first ten hex digits of the hash of what decides its result. Trained anew it lies beside, as "~2", "~3", … */
export const runName = (config: Config) =>
  `${config.benchmark}-${config.method}-${configHash(identityOf(config)).slice(0, 10)}`;

/** The folders of a config's run under a folder of runs, oldest first. */
export function foldersOf(runs: string, config: Config): string[] {
  const folder = (number: number) => join(runs, `${runName(config)}${number === 1 ? "" : `~${number}`}`);
  const found: string[] = [];
  for (let number = 1; existsSync(folder(number)) || existsSync(folder(number + 1)); number++)
    if (existsSync(folder(number))) found.push(folder(number));
  return found;
}

/** Which run of a config: the one that is shown, or the one that is trained. */
export interface Choice {
  code?: Code;
  /** What is shown is finished if there is anything; what is trained is of today's code if there is anything. */
  to?: "show" | "train";
}

/**
 * The folder of a config's run, whether it is there yet or not. Of several the newest that is finished by today's code; else the newest one that is
 * finished, and the newest of today's code; else the newest. One that was not watched as the config asks for does not count.
 */
export function runFolder(runs: string, config: Config, { code, to = "show" }: Choice = {}): string {
  const found = foldersOf(runs, config).filter((folder) => isWatched(folder, config));
  if (found.length < 2) return found[0] ?? newFolder(runs, config);
  const today = code ?? codeOf(config);
  const ranked = found.map((folder, age) => {
    const isTodays = otherCode(folder, config, today) === undefined;
    const isFinished = ["metrics.json", "weights.json"].some((file) => existsSync(join(folder, file)));
    const [first, second] = to === "show" ? [isFinished, isTodays] : [isTodays, isFinished];
    return { folder, rank: 4 * Number(first) + 2 * Number(second) + age / found.length };
  });
  return ranked.reduce((best, one) => (one.rank > best.rank ? one : best)).folder;
}

/** A folder for a config's run that is not there yet. */
export function newFolder(runs: string, config: Config): string {
  for (let number = 1; ; number++) {
    const folder = join(runs, `${runName(config)}${number === 1 ? "" : `~${number}`}`);
    if (!existsSync(folder)) return folder;
  }
}

/** The folder in which a config is to be trained. `again` says what does not count: "otherCode": what other code has made; "any": what is finished, too. */
export function trainingFolder(
  runs: string,
  config: Config,
  { again, code = codeOf(config) }: { again?: "otherCode" | "any"; code?: Code } = {},
): string {
  const folder = runFolder(runs, config, { code, to: "train" });
  const isOther = otherCode(folder, config, code) !== undefined;
  const isFinished = existsSync(join(folder, "metrics.json"));
  return (again && isOther) || (again === "any" && isFinished) ? newFolder(runs, config) : folder;
}

function isWatched(folder: string, config: Config): boolean {
  const path = join(folder, "config.json");
  const found = readJson(path, "move the folder away: without its config a run means nothing");
  return found === undefined || watchesAsMuch(parseConfig(found, path), config);
}
