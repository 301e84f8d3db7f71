import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** A file of numbers from the reference implementation; what is in it: fixtures/README.md. */
export interface Fixture<T> {
  name: string;
  data: T;
}

/** Every JSON file whose name begins with a prefix, in test/fixtures and, if set, in the folder ARCO_FIXTURES. The latter wins where both have a name. */
export function fixtures<T>(prefix: string): Fixture<T>[] {
  const folders = [resolve(import.meta.dirname, "fixtures")];
  if (process.env.ARCO_FIXTURES) folders.push(resolve(process.env.ARCO_FIXTURES));
  const found = new Map<string, string>();
  for (const folder of folders) {
    if (!existsSync(folder)) throw new Error(`ARCO_FIXTURES: ${folder} does not exist; name a folder of fixtures or unset it`);
    for (const file of readdirSync(folder).sort())
      if (file.startsWith(prefix) && file.endsWith(".json")) found.set(basename(file, ".json"), join(folder, file));
  }
  if (found.size === 0) throw new Error(`no fixture ${prefix}*.json in ${folders.join(" or ")}`);
  return [...found].map(([name, path]) => ({ name, data: JSON.parse(readFileSync(path, "utf8")) }));
}
