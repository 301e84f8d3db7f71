import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** @import { Step } from "./steps.mjs" */

const mark = process.stdout.isTTY ? "\u001b[32m✓\u001b[0m" : "✓";

/**
 * Prints a line for every finished step and, in a terminal, one moving line for those that run.
 * @param {Step[]} steps
 */
export function report(steps) {
  const width = Math.max(...steps.map(({ name }) => name.length));
  /** @type {Map<Step, number>} */
  const started = new Map();
  /** @type {Map<string, number>} */
  const finished = new Map();
  const since = (/** @type {number} */ time) => (performance.now() - time) / 1000;
  const clear = () => process.stdout.isTTY && process.stdout.write("\r\u001b[K");
  const draw = () => {
    const words = [...started].map(([step, time]) => `${step.name} ${since(time).toFixed(0)} s${arrived(step)}`);
    if (words.length > 0)
      process.stdout.write(`\r\u001b[K  … ${words.join(" · ")}`.slice(0, (process.stdout.columns ?? 80) + 3));
  };
  const timer = process.stdout.isTTY ? setInterval(draw, 250) : undefined;
  return {
    begin(/** @type {Step} */ step) {
      started.set(step, performance.now());
      if (!process.stdout.isTTY) console.log(`  … ${step.name}`);
    },
    end(/** @type {Step} */ step) {
      const seconds = since(started.get(step) ?? performance.now());
      started.delete(step);
      finished.set(step.name, seconds);
      clear();
      console.log(`  ${mark} ${step.name.padEnd(width)} ${seconds.toFixed(1).padStart(6)} s`);
    },
    close() {
      clearInterval(timer);
      clear();
    },
    seconds: () => [...finished].map(([name, seconds]) => ({ name, seconds })),
  };
}

/**
 * How much of a download has arrived: the size of what lies in its temporary folder.
 * @param {Step} step
 */
function arrived({ watch }) {
  if (!watch) return "";
  try {
    const temporary = `${watch}.${process.pid}.tmp`;
    const files = readdirSync(temporary, { recursive: true, encoding: "utf8" }).filter(
      (name) => !name.startsWith("pip/"),
    );
    const bytes = files.reduce((sum, name) => sum + statSync(join(temporary, name)).size, 0);
    return ` (${Math.round(bytes / 1e6)} MB)`;
  } catch {
    return ""; // not begun, or a file was renamed while we looked
  }
}
