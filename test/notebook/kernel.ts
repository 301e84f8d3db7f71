import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { python, root } from "./notebooks.js";

mkdirSync(join(root, "test-results"), { recursive: true });
/** Where the notebooks of a test file would lie: inside the checkout, as every notebook. */
export const folder = mkdtempSync(join(root, "test-results", "kernel-"));
after(() => rmSync(folder, { recursive: true }));

/** A message of a cell: its type and its content. */
export interface Message {
  type: string;
  [field: string]: unknown;
}

/** What came of a cell. */
export interface Ran {
  reply: { status: string; ename: string; evalue: string; traceback: string[]; execution_count: number };
  seen: Message[];
}

/** Runs kernel.py on cells or steps and gives what it printed; rejects with its error output if it fails. */
export function drive(
  mode: "execute" | "session",
  input: readonly unknown[],
  { place = folder, env = {} }: { place?: string; env?: Record<string, string> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL("kernel.py", import.meta.url));
    const child = spawn(python, [script, mode, place], { env: { ...process.env, ...env } });
    let out = "";
    let errors = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.stderr.on("data", (data) => {
      errors += data;
    });
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(errors))));
    child.stdin.end(JSON.stringify(input));
  });
}

/** One kernel for many tests: what they ask of it is noted first, then it runs, then they look at what came. */
export function session() {
  const steps: object[] = [];
  let results: unknown[] = [];
  let count = 0;
  before(async () => {
    await setImmediate(); // all that follows in the file is noted by then
    results = JSON.parse(await drive("session", steps));
  });
  const step = <T>(given: object, read: (found: unknown) => T): (() => T) => {
    const at = steps.push(given) - 1;
    return () => read(results[at]);
  };
  return {
    /** A cell, and the number that it gets. */
    cell: (code: string) => Object.assign(step({ run: code }, parseRan), { number: ++count }),
    /** Cells that are sent without waiting for one another. */
    sent: (codes: readonly string[]) => step({ send: codes }, (found) => [found].flat().map(parseRan)),
    /** The content of the reply to any other request. */
    ask: (type: string, content: object) =>
      step({ ask: [`${type}_request`, content] }, (found): Record<string, unknown> => Object(found)),
  };
}

const parseRan = (found: unknown): Ran => Object(found);

/** The messages of a cell of one type. */
export const only = ({ seen }: Ran, type: string): Message[] => seen.filter((message) => message.type === type);

/** All that a cell printed. */
export const printed = (ran: Ran, name = "stdout"): string =>
  only(ran, "stream")
    .filter((message) => message.name === name)
    .map(({ text }) => text)
    .join("");

/** The forms of what a message shows, by MIME type. */
export const forms = (message: Message | undefined): Record<string, unknown> => Object(message?.data);

/** The value that a cell shows, by MIME type; undefined where it shows none. */
export function result(ran: Ran): Record<string, unknown> | undefined {
  const [message] = only(ran, "execute_result");
  return message && forms(message);
}
