import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = fileURLToPath(new URL("../..", import.meta.url));
export const python = join(root, ".venv", "bin", "python");

/** Paths of the notebooks that are kept. */
export const notebooks = readdirSync(join(root, "notebooks"))
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => join(root, "notebooks", name));

interface Output {
  output_type: string;
  name?: string;
  text?: string[];
  data?: Record<string, unknown>;
}

/** A notebook as its file has it. */
export interface Notebook {
  cells: { cell_type: string; source: string[]; outputs?: Output[]; execution_count?: number | null }[];
}

/** The text of a notebook's file after it was executed from top to bottom; rejects with the traceback of the first cell that fails. */
export async function execute(path: string, environment: Record<string, string>): Promise<string> {
  const script = fileURLToPath(new URL("execute.py", import.meta.url));
  const { stdout } = await run(python, [script, path], { env: { ...process.env, ...environment }, maxBuffer: 2 ** 26 });
  return stdout;
}

/** What a command of the notebooks' Python prints. */
export const module = async (...words: string[]) =>
  (await run(python, ["-m", ...words], { maxBuffer: 2 ** 26 })).stdout;
