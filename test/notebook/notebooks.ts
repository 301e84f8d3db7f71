import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { smallSample } from "../sample.js";

process.env.ARCO_DATA = smallSample(); // here and in the kernels

const run = promisify(execFile);
export const root = fileURLToPath(new URL("../..", import.meta.url));
export const python = join(root, ".venv", "bin", "python");

/** Paths of the notebooks that are kept. */
export const notebooks = readdirSync(join(root, "notebooks"))
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => join(root, "notebooks", name));

export interface Output {
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

/** The outputs of an executed notebook's cells, none of which failed or wrote to stderr. */
export function outputsOf(text: string): Output[] {
  const outputs = (JSON.parse(text) as Notebook).cells.flatMap((cell) => cell.outputs ?? []);
  for (const { output_type, name, text: said } of outputs)
    assert.ok(output_type !== "error" && name !== "stderr", said?.join(""));
  return outputs;
}

/** How many figures are among some outputs; each has its picture and its words. */
export function countFigures(outputs: readonly Output[]): number {
  const figures = outputs.filter(({ data }) => data && "application/vnd.plotly.v1+json" in data);
  for (const { data = {} } of figures) assert.ok("image/png" in data && "text/plain" in data);
  return figures.length;
}

/** What outputs say in plain text. */
export const wordsOf = (outputs: readonly Output[]): string =>
  outputs.map(({ data }) => [data?.["text/plain"] ?? ""].flat().join("")).join("\n");

/** The twins of notebooks as jupytext writes them. */
export async function twins(paths: readonly string[]): Promise<string[]> {
  const { stdout } = await run(python, [script("twin.py"), ...paths], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}
