import { Command } from "commander";
import type { Benchmark, FileCheck, State } from "../benchmarks/benchmark.js";
import type { sentences } from "../images/remarks.js";
import { geometry } from "./dataGeometry.js";
import { dataImport } from "./dataImport.js";
import { phantom } from "./dataPhantom.js";
import { prepare } from "./dataPrepare.js";
import { note, print, printJson, setting } from "./output.js";

/** `arco data`: what is found where; `arco data check NAME` verifies every file. */
export function data(): Command {
  return new Command("data")
    .description("list the benchmarks: what is there, what is missing and where to get it")
    .option("--json", "print one JSON object")
    .action(list)
    .enablePositionalOptions() // "data check NAME --json": the option is of the inner command
    .addCommand(check())
    .addCommand(geometry())
    .addCommand(dataImport())
    .addCommand(prepare())
    .addCommand(phantom());
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { benchmarks, brokenBenchmarks: broken } = await import("../benchmarks/index.js");
  const found = Object.values(benchmarks).map((benchmark) => {
    const { name, title, licence, source, phantom, labeledChoices } = benchmark;
    return {
      name,
      title,
      licence,
      source,
      phantom,
      labeledChoices,
      classes: benchmark.classes.map((one) => one.name),
      ...benchmark.state(),
    };
  });
  if (json) return void printJson({ benchmarks: found, broken });
  for (const benchmark of found.filter(({ phantom }) => !phantom)) print(...lines(benchmark));
  print(
    "",
    "Phantoms, generated when they are first used (arco data phantom NAME writes their files):",
    ...found
      .filter(({ phantom }) => phantom)
      .map(({ name, labeledChoices }) => `  ${name}: labelled cases ${labeledChoices.join(", ")}`),
  );
  for (const { name, message } of broken) print(`✗ ${name}: cannot be used`, `  → ${message}`);
}

type Listed = Pick<Benchmark, "name" | "title" | "licence" | "source" | "labeledChoices"> &
  State & { classes: string[] };

function lines({
  name,
  title,
  folder,
  found,
  expected,
  layout,
  labeledChoices,
  classes,
  licence,
  message,
  source,
}: Listed) {
  const mark = !folder ? "✗" : found < expected ? "◐" : "✓";
  const place = folder ? `${found} of ${expected} files in ${folder}${layout ? ` (${layout})` : ""}` : "not here";
  return [
    `${mark} ${name}: ${title}`,
    `  ${place}; labelled cases ${labeledChoices.join(", ")}`,
    `  classes ${classes.join(", ")}; licence ${licence}`,
    ...(folder ? (message ? [`  → ${message}`] : []) : [`  → ${source}`]),
  ];
}

interface CheckOptions {
  folder?: string;
  option?: Record<string, unknown>;
  json?: boolean;
}

function check(): Command {
  return new Command("check")
    .description("verify every file of a benchmark, and say what is odd; exit status 1 where one is not as expected")
    .argument("<name>", "name of a benchmark")
    .option("--folder <folder>", "where the files are (default: the usual places)")
    .option("--option <key=value>", "an option of the benchmark, as in lists=found; may be repeated", setting)
    .option("--json", "print one JSON object")
    .action(async (name: string, { folder: given, option = {}, json }: CheckOptions) => {
      const { benchmarks } = await import("../benchmarks/index.js");
      const { lookUp } = await import("../lookUp.js");
      const { resolveOptions: known } = await import("../benchmarks/choices.js");
      const { configSchema, parse } = await import("../training/config/schema.js");
      const { Problem } = await import("../problem.js");
      const benchmark = lookUp(benchmarks, name, "benchmark");
      const folder = benchmark.find(given);
      if (folder === undefined) throw new Problem(`${name}: ${benchmark.state(given).message}`);
      const { sentences } = await import("../images/remarks.js");
      const findings: FileCheck[] = [];
      const labeled = benchmark.labeledChoices[0];
      const options = known(benchmark, { labeled, options: parse(configSchema.shape.data, option, "--option") });
      for await (const finding of benchmark.check(folder, options)) findings.push(finding);
      const wrong = findings.filter(({ ok }) => !ok).map(({ path, ok, message }) => ({ path, ok, message }));
      const odd = odditiesOf(benchmark, findings, sentences);
      for (const oddity of odd) note(`Beware: ${oddity}.`);
      if (json) printJson({ name, folder, files: findings.length, ok: wrong.length === 0, wrong, oddities: odd });
      else
        print(
          ...odd.map((oddity) => `odd: ${oddity}`),
          ...wrong.map(({ path, message }) => `✗ ${message.startsWith(path) ? "" : `${path}: `}${message}`),
          `${name}: ${findings.length - wrong.length} of ${findings.length} files are as expected in ${folder}`,
        );
      if (wrong.length > 0) process.exitCode = 1;
    });
}

/** What is odd in a benchmark's files: in their headers, and whatever else its import has found. */
function odditiesOf({ oddities = [] }: Benchmark, findings: readonly FileCheck[], say: typeof sentences): string[] {
  const remarks = findings.flatMap(({ path, remarks = [] }) => remarks.map((remark) => ({ path, remark })));
  const isSaid = (oddity: string) => remarks.some(({ remark }) => oddity.endsWith(remark));
  return [...oddities.filter((oddity) => !isSaid(oddity)), ...say(remarks)];
}
