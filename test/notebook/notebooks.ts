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

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The text of a notebook's file after it was executed from top to bottom; rejects with the traceback of the first cell that fails. */
export async function execute(path: string, environment: Record<string, string>): Promise<string> {
  const env = { ...process.env, ...environment };
  const { stdout } = await run(python, [script("execute.py"), path], { env, maxBuffer: 2 ** 26 });
  return stdout;
}

/** The twin of a notebook as jupytext writes it. */
export async function twin(path: string): Promise<string> {
  const { stdout } = await run(python, [script("twin.py"), path], { maxBuffer: 2 ** 26 });
  return stdout;
}
