import { Command, InvalidArgumentError, Option } from "commander";
import type { ArmChoice } from "../studies/curves/arms.js";
import type { CurvesChoice, LearningCurves } from "../studies/curves/curves.js";
import { withJobOptions } from "./jobOptions.js";
import { jobsMeter } from "./jobsMeter.js";
import { number, print, printJson, setting, upTo, whole } from "./output.js";
import { interruptible } from "./signals.js";

interface Options {
  arm: ArmWords[];
  compare?: (readonly [string, string])[];
  benchmark?: string;
  labeled?: number;
  seeds: number;
  draws: number;
  replicates?: number;
  first?: number;
  steps?: number;
  set?: Record<string, unknown>;
  runs: string;
  parallel?: number;
  again?: boolean;
  goOn?: boolean;
  workers?: number;
  trained?: boolean;
  by: "updates" | "images" | "seconds";
  format: "text" | "md" | "csv" | "tex" | "html";
  out?: string;
  picture?: string;
  json?: boolean;
}

/** An arm as it was written: its name, and changes to its config. */
type ArmWords = Omit<ArmChoice, "changes"> & { changes: Record<string, unknown> };

const usual = ["supervised", "control", "arco-sg"];

const examples = `
An arm is supervised, full (supervised with all labels), control (pseudo labels alone), arco-ns, arco-sg, arco-sag or any method, with changes behind commas; TITLE=arm gives it a title.

Examples:
  arco curve                                       supervised, control and ARCO-SG on the hippocampus sample
  arco curve --arm supervised --arm arco-sg --arm "alone=arco-sg,pretraining=null" --seeds 5
  arco curve --benchmark acdc --labeled 3 --set data.size=128 --steps 3000 --replicates 5 --picture curves.png
  arco curve … --trained                           as far as the trainings have come; trains nothing
The same command again trains only what is missing.`;

/** `arco curve`: how arms learn, on validation, and where they end, on the test cases. */
export function curve(): Command {
  return withJobOptions(
    new Command("curve")
      .description(
        "learning curves of some ways to train, and the differences between their ends: train what is missing",
      )
      .option("--arm <name>", `a way to train (default: ${usual.join(", ")}); may be repeated`, arm)
      .option(
        "--compare <baseline:arm>",
        "a difference to be tested (default: each arm with the first); may be repeated",
        pair,
      )
      .option("--benchmark <name>", "data to train on (default: hippocampus)")
      .option("--labeled <cases>", "number of labelled cases (default: the fewest)", number)
      .option("--seeds <n>", "seeds of every arm", whole(1), 1)
      .option(
        "--draws <n>",
        "draws of the labelled cases, each with every seed; the first is as published",
        whole(1),
        1,
      )
      .option(
        "--replicates <n>",
        "in the place of both: trainings of which each has a draw and a seed of its own",
        whole(1),
      )
      .option("--first <r>", "the draw and seed of the first of them", whole(0))
      .option("--steps <n>", "optimiser steps of every run, without its pre-training", number)
      .option("--set <key=value>", "any other field of every config, as in data.size=128; may be repeated", setting),
  )
    .option("--trained", "show what there is; train nothing")
    .addOption(
      new Option("--by <cost>", "what the picture is drawn against")
        .choices(["updates", "images", "seconds"])
        .default("updates"),
    )
    .addOption(
      new Option("--format <name>", "how it is written").choices(["text", "md", "csv", "tex", "html"]).default("text"),
    )
    .option("--out <file>", "write it into a file")
    .option("--picture <file>", "write the curves into a PNG file")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(act);
}

function arm(text: string, before: ArmWords[] = []): ArmWords[] {
  const [first, ...words] = text.split(",");
  const [, title, name] = /^(?:(.+)=)?(.*)$/s.exec(first) ?? [];
  if (!name) throw new InvalidArgumentError("Expected a name, such as arco-sg, or TITLE=arco-sg.");
  const changes = words.reduce<Record<string, unknown>>((found, word) => setting(word, found), {});
  return [...before, { name, changes, ...(title && { title }) }];
}

function pair(text: string, before: (readonly [string, string])[] = []): (readonly [string, string])[] {
  const words = text.split(":");
  if (words.length !== 2) throw new InvalidArgumentError("Expected two arms, such as supervised:arco-sg.");
  return [...before, [words[0], words[1]] as const];
}

async function act({ by, format, out, picture, json, trained, ...options }: Options): Promise<void> {
  const { curvesSheet, curvesSoFar, learningCurves, learningFigure } = await import("../studies/curves/index.js");
  const { tableFormats } = await import("../tables/formats.js");
  const { writeWhole } = await import("../disk.js");
  const { choice, places } = await choiceOf(options);
  const found = trained
    ? curvesSoFar({ ...choice, runs: places.runs })
    : await interruptible((signal) => {
        const shown = jobsMeter();
        const told = { onProgress: shown.show, onNote: shown.say };
        return learningCurves({ ...choice, ...places, signal, ...told }).finally(shown.close);
      });
  const written = tableFormats[format](curvesSheet(found));
  if (out !== undefined) writeWhole(out, written);
  if (picture !== undefined) {
    const { png } = await import("../plots/render/png.js");
    writeWhole(picture, png(learningFigure(found, { by })));
  }
  if (json) printJson(told(found));
  else if (out !== undefined || picture !== undefined) print(...[out, picture].filter((file) => file !== undefined));
  else process.stdout.write(written);
}

async function choiceOf({
  arm: arms = [],
  steps,
  set,
  seeds,
  draws,
  replicates,
  first,
  compare,
  ...options
}: Omit<Options, "by" | "format">) {
  const { readPartial } = await import("../training/config/config.js");
  const { benchmark, labeled, ...places } = options;
  const choice: CurvesChoice = {
    arms:
      arms.length > 0
        ? arms.map(({ changes, ...one }) => ({ ...one, changes: readPartial(changes, `--arm ${one.name}`) }))
        : usual,
    ...{ benchmark, labeled, compare, replicates, first, seeds: upTo(seeds), draws: upTo(draws) },
    config: readPartial({ ...set, ...(steps !== undefined && { steps }) }, "config"),
  };
  return { choice, places };
}

/** The result for programs: every run by its folder, without the metrics of every case. */
const told = ({ arms, config: _, ...found }: LearningCurves) => ({
  ...found,
  arms: arms.map(({ runs, ...one }) => ({
    ...one,
    runs: runs.map(({ folder, seed, metrics: { labeledSeed, testedStep, mean, beside } }) => ({
      ...{ folder, seed, labeledSeed, testedStep, mean, beside },
    })),
  })),
});
