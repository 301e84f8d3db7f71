import { Argument, Command, Option } from "commander";
import type { TableChoice } from "../tables/arms.js";
import type { Sheet } from "../tables/formats.js";
import type { TableOptions } from "../tables/plan.js";
import { withJobOptions } from "./jobOptions.js";
import { jobsMeter } from "./jobsMeter.js";
import { number, print, printJson, setting, upTo, whole } from "./output.js";
import { interruptible } from "./signals.js";

interface Options {
  list?: boolean;
  published?: boolean;
  plan?: boolean;
  trained?: boolean;
  benchmark?: string;
  labeled?: number;
  preset?: TableChoice["preset"];
  protocol?: TableChoice["protocol"];
  seeds: number;
  draws: number;
  steps?: number;
  set?: Record<string, unknown>;
  sampler?: string[];
  only?: string[];
  runs: string;
  parallel?: number;
  again?: boolean;
  goOn?: boolean;
  workers?: number;
  format: "text" | "md" | "csv" | "tex" | "html";
  out?: string;
  json?: boolean;
}

const examples = `
Examples:
  arco table 2 --plan                              what would be trained, and how long it takes
  arco table 2                                     on the hippocampus sample, minutes a row
  arco table 9                                     on the sample as volumes, with a V-Net
  arco table 2 --only "ARCO-SG, full" --only "ARCO-NS, full" --seeds 5
  arco table 2 --benchmark acdc --preset full      as published, with the files of ACDC
  arco table 2 --import mine.ts --sampler ns --sampler mine   with a sampler of yours, which that file registers
  arco table 1 --published                         what the paper prints, and what its cells say against each other
The same command again trains only what is missing.`;

/** `arco table`: a table of the paper, trained here and put beside what is printed. */
export function table(): Command {
  return withJobOptions(
    new Command("table")
      .description("reproduce a table of the paper: train what is missing, compare with what is printed")
      .addArgument(new Argument("[number]", "number of the table, 1 to 9"))
      .option("--list", "list the tables and which of their rows can be trained")
      .option("--published", "print the published table and its audit; train nothing")
      .option("--plan", "say what would be trained and how long it takes; train nothing")
      .option("--trained", "compare what is finished; train nothing")
      .option("--benchmark <name>", "data to train on (default: hippocampus, of table 7 phantom-pascal)")
      .option("--labeled <cases>", "number of labelled cases (default: the fewest)", number)
      .addOption(new Option("--preset <name>", "length (default: mini)").choices(["smoke", "mini", "full"]))
      .addOption(new Option("--protocol <name>", "(default: lab)").choices(["lab", "paper", "released"]))
      .option("--seeds <n>", "seeds of every row", whole(1), 3)
      .option(
        "--draws <n>",
        "draws of the labelled cases, each with every seed; the first is as published",
        whole(1),
        1,
      )
      .option("--steps <n>", "optimiser steps of every run, without its pre-training", number)
      .option(
        "--set <key=value>",
        "any other field of every config, as in pretraining.steps=50; may be repeated",
        setting,
      )
      .option(
        "--only <part>",
        "only the row of this name, or those whose names contain it; may be repeated",
        (part, before: string[] = []) => [...before, part],
      )
      .option(
        "--sampler <name>",
        "only the rows of this sampler, also of one of yours, beside those without a sampler; may be repeated",
        (name, before: string[] = []) => [...before, name],
      ),
  )
    .addOption(
      new Option("--format <name>", "how it is written").choices(["text", "md", "csv", "tex", "html"]).default("text"),
    )
    .option("--out <file>", "write it into a file")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(act);
}

async function act(given: string | undefined, options: Options): Promise<void> {
  if (options.list) return list(options);
  const { tableNumber } = await import("../tables/arms.js");
  const { Problem } = await import("../problem.js");
  if (given === undefined) throw new Problem('table: found no number; "arco table --list" says which there are');
  const chosen = tableNumber(given);
  if (options.published) {
    const { audit } = await import("../paper/audit.js");
    const { published } = await import("../paper/published.js");
    const { publishedSheet } = await import("../tables/publishedSheet.js");
    const found = {
      table: chosen,
      cells: published(chosen),
      audit: audit(chosen).map(({ kind, sentence }) => ({ kind, sentence })),
    };
    return write(found, publishedSheet(chosen), options);
  }
  const choice = await choiceOf(options);
  const { planTable, reproduceTable } = await import("../tables/plan.js");
  if (options.plan) {
    const { planSheet } = await import("../tables/planSheet.js");
    const plan = planTable(chosen, choice);
    const { arms, ...told } = plan;
    return write({ ...told, notYet: notYet(arms) }, planSheet(plan), options);
  }
  const { ranking } = await import("../tables/ranking.js");
  const { tableResult } = await import("../tables/result.js");
  const { resultSheet } = await import("../tables/sheet.js");
  const result = options.trained
    ? tableResult(chosen, choice)
    : await interruptible((signal) => {
        const shown = jobsMeter();
        const told = { onProgress: shown.show, onNote: shown.say };
        return reproduceTable(chosen, { ...choice, signal, ...told }).finally(shown.close);
      });
  const rows = result.rows.map(({ runs, ...row }) => ({
    ...row,
    runs: runs.map(({ folder, seed, metrics: { labeledSeed, mean } }) => ({ folder, seed, labeledSeed, mean })),
  }));
  if (result.rows.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
  return write(
    { ...result, rows, ranking: ranking(result), notYet: notYet(result.rows) },
    resultSheet(result),
    options,
  );
}

const notYet = (rows: readonly { title: string; notYet?: string }[]) =>
  rows.flatMap(({ title, notYet: lacks }) => (lacks ? [{ row: title, lacks }] : []));

async function choiceOf({ seeds, draws, steps, set, ...options }: Options): Promise<TableOptions> {
  const { readPartial } = await import("../training/config/config.js");
  const { benchmark, labeled, preset, protocol, sampler: samplers, only, ...places } = options;
  const { runs, parallel, again, goOn, workers } = places;
  const config = readPartial({ ...set, ...(steps !== undefined && { steps }) }, "config");
  const replicated = { seeds: upTo(seeds), draws: upTo(draws) };
  const what = { benchmark, labeled, preset, protocol, samplers, only, ...replicated, config };
  return { ...what, runs, parallel, again, goOn, workers };
}

/** Prints the one JSON object, or writes the sheet in its format. */
async function write(value: unknown, sheet: Sheet, { format, out, json }: Options): Promise<void> {
  const { tableFormats } = await import("../tables/formats.js");
  const { writeWhole } = await import("../disk.js");
  const written = tableFormats[format](sheet);
  if (out !== undefined) writeWhole(out, written);
  if (json) printJson(value);
  else if (out !== undefined) print(out);
  else process.stdout.write(written);
}

async function list({ json }: Options): Promise<void> {
  const { tables } = await import("../paper/tables.js");
  const { tableArms } = await import("../tables/arms.js");
  const { lacking } = await import("../tables/words.js");
  const found = Object.values(tables).map(({ number: table, title, datasets }) => {
    const { arms } = tableArms(table);
    const ready = arms.filter(({ notYet }) => !notYet).map(({ title: row }) => row);
    return {
      ...{ table, title, datasets: datasets.map(({ dataset }) => dataset), rows: arms.length, ready },
      lacking: lacking(arms),
    };
  });
  if (json) return void printJson({ tables: found });
  print(
    ...found.flatMap(({ table, title, datasets, rows, ready, lacking }) => [
      `${table}  ${title} (${datasets.join(", ")})`,
      `   ${ready.length === rows ? "all" : `${ready.length} of`} ${rows} rows can be trained${ready.length > 0 && ready.length < rows ? `: ${ready.join(" · ")}` : ""}`,
      ...lacking.map((words) => `   ${words}`),
    ]),
    "Rows are trained and compared on the hippocampus sample (table 7: on generated photographs); --benchmark names other data, such as the table's own.",
  );
}
