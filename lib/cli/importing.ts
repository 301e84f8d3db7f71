import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Option } from "commander";
import { Problem } from "../problem.js";

/** Commands that meet samplers, methods, networks and benchmarks by their names. */
export const importing: readonly string[] = ["train", "evaluate", "segment", "report", "table", "curve", "sweep"];

/** `--import FILE`, which may be repeated. */
export const importOption = () =>
  new Option(
    "--import <file>",
    "a module of yours that registers samplers, methods, networks; may be repeated",
  ).argParser((file: string, before: string[] = []) => [...before, file]);

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs files that register what a command is to know by its name. Throws a Problem that names a file which is not there, or fails. */
export async function importAll(files: readonly string[] = []): Promise<void> {
  for (const file of files) {
    const path = resolve(file);
    if (!existsSync(path)) throw new Problem(`--import: found no file ${path}`);
    try {
      await import(pathToFileURL(path).href);
    } catch (error) {
      const isWithin = path.startsWith(root);
      const { message: words, stack = words } = error instanceof Error ? error : new Error(String(error));
      const told = error instanceof Problem || !isWithin ? words : stack; // the stack says where in that file
      const advice = isWithin ? "" : `; "arco" is found from files in the checkout: put it anywhere under ${root}`;
      throw new Problem(`${path}: cannot be imported: ${told}${advice}`);
    }
  }
}
