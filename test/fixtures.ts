import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** A file of numbers from the reference implementation; what is in it: fixtures/README.md. */
export interface Fixture<T> {
  name: string;
  folder: string;
  data: T;
}

/** Every JSON file whose name begins with a prefix, in test/fixtures and, if set, in the folder ARCO_FIXTURES too. */
export function fixtures<T>(prefix: string): Fixture<T>[] {
  const folders = [resolve(import.meta.dirname, "fixtures")];
  if (process.env.ARCO_FIXTURES) folders.push(resolve(process.env.ARCO_FIXTURES));
  const found = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.startsWith(prefix) && file.endsWith(".json"))
      .sort()
      .map(
        (file): Fixture<T> => ({
          name: basename(file, ".json"),
          folder,
          data: JSON.parse(readFileSync(join(folder, file), "utf8")),
        }),
      ),
  );
  if (found.length === 0) throw new Error(`no fixture ${prefix}*.json in ${folders.join(" or ")}`);
  return found;
}
