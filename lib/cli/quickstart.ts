import { relative } from "node:path";
import { Command } from "commander";
import type { QuickstartResult } from "../reports/quickstart.js";
import type { Verdict } from "../reports/verdict.js";
import { plusMinus, range, signed } from "../written.js";
import { withJobOptions } from "./jobOptions.js";
import { jobsMeter } from "./jobsMeter.js";
import { number, print, printJson, table, whole } from "./output.js";
import { interruptible } from "./signals.js";

/** `arco quickstart`: the main job, from nothing to the table. */
export function quickstart(): Command {
  return withJobOptions(
    new Command("quickstart")
      .description(
        "what unlabelled scans add to three labelled volumes, and how samplers differ: trains seven short runs on the hippocampus sample and compares them",
      )
      .option("--steps <n>", "steps of each run (default: as in the preset mini)", number)
      .option("--seeds <n>", "seeds of every arm but the last: 2 train thirteen runs", whole(1), 1),
  )
    .option("--json", "print one JSON object at the end")
    .action(act);
}

interface Options {
  steps?: number;
  seeds: number;
  runs: string;
  parallel?: number;
  again?: boolean;
  goOn?: boolean;
  workers?: number;
  json?: boolean;
}

async function act({ steps, seeds, runs, json, ...options }: Options): Promise<void> {
  const lab = await import("../reports/quickstart.js");
  const { markedTitle } = await import("../reports/codes.js");
  const shown = jobsMeter();
  const result = await interruptible((signal) =>
    lab
      .quickstart({
        ...{ ...options, runs, signal, onProgress: shown.show, onNote: shown.say },
        seeds: Array.from({ length: seeds }, (_, seed) => seed),
        config: steps === undefined ? {} : { steps },
        onArm: (arm) => shown.say(`${arm.title}: Dice ${plusMinus(arm.score, 3)}, ASSD ${plusMinus(arm.assd, 2)} mm`),
      })
      .finally(shown.close),
  );
  if (result.report === undefined) process.exitCode = 1;
  if (json) printJson(result);
  else print(...lines(result, result.arms.map(markedTitle)));
}

function lines({ arms, verdicts, report, codes }: QuickstartResult, titles: readonly string[]): string[] {
  const rows = arms.map(({ updates, runs, score, assd }, at) => [
    titles[at],
    String(runs.length),
    updates,
    plusMinus(score, 3),
    plusMinus(assd, 2),
  ]);
  const { n: volumes } = verdicts[0].overCases.difference;
  return [
    "",
    ...table([[`MSD hippocampus, ${volumes} test volumes`, "seeds", "updates", "Dice", "ASSD (mm)"], ...rows]),
    "",
    ...verdicts.map(sentence),
    ...codes,
    "",
    `Report:   ${report ? relative(process.cwd(), report) || report : "could not be written, see above"}`,
    "Notebook: notebooks/01-quickstart.ipynb",
    "",
    "Next:     npm run lab                     opens the notebooks in JupyterLab",
    ...(verdicts[0].overSeeds.difference.n === 1
      ? ["          npx arco quickstart --seeds 2   shows how far seeds spread; trains six runs more"]
      : []),
    "          npx arco train --help           trains a run of your own",
    "          npx arco doctor                 says what else this machine can do",
    "          npm test                        checks everything",
  ];
}

function sentence({ finding, overCases: { difference } }: Verdict): string {
  const { n, mean, interval } = difference;
  const ends = interval ? `, 95 % interval ${range(interval, points)}` : "";
  return `· ${finding} Over the ${n} test volumes (mean of the seeds): ${points(mean)}${ends}.`;
}

const points = (value: number) => signed(100 * value);
