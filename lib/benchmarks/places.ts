import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder `data` of the checkout. */
export const dataFolder = fileURLToPath(new URL("../../data", import.meta.url));

/** Where what was decoded once is kept: `ARCO_CACHE`, else `cache` in the checkout. Nothing in it is lost for good when it is deleted. */
export const cacheFolder = () => resolve(process.env.ARCO_CACHE || join(dataFolder, "..", "cache"));

/** Where a benchmark may lie, first choice first: the folder a person names, else `ARCO_DATA` or its subfolder, then `data/<name>`. */
export function places(name: string, folder?: string): string[] {
  if (folder !== undefined) return [folder];
  const own = process.env.ARCO_DATA;
  return [...(own ? [join(own, name), own] : []), join(dataFolder, name)];
}

/** Names in a folder, sorted; none where there is no folder. */
export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
