import { benchmarks, builtIn } from "../benchmarks/index.js";
import { isFoundByItself } from "../benchmarks/own/found.js";
import { addedIn } from "../training/config/added.js";
import type { Config } from "../training/config/schema.js";

/**
 * What of a config this process alone knows: methods, samplers and networks that were registered in it, and data in a place where no other process looks.
 * A training of that cannot run in a process of its own.
 */
export function onlyHere(config: Config): string[] {
  const { benchmark } = config;
  const folder = builtIn.has(benchmark) ? undefined : benchmarks[benchmark]?.find();
  return [...Object.keys(addedIn(config)), ...(folder !== undefined && !isFoundByItself(folder) ? [benchmark] : [])];
}
