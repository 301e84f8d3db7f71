import { relative } from "node:path";
import { Command } from "commander";
import type { QuickstartResult } from "../experiments/quickstart.js";
import type { Summary } from "../statistics/summary.js";
import { runsFolder } from "./folders.js";
import { number, print, printJson, table } from "./output.js";
import { type Meter, meter } from "./progress.js";
import { interruptible } from "./signals.js";

/** `arco quickstart`: the main job, from nothing to the table. */
export function quickstart(): Command {
  return new Command("quickstart")
    .description(
      "what unlabelled scans add to one labelled volume: trains seven short runs on the hippocampus sample and compares them",
    )
    .option("--steps <n>", "steps of each run (default: as in the preset mini)", number)
    .option("--seeds <n>", "seeds for the first two arms", number, 3)
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--workers <n>", "threads that prepare batches", number)
    .option("--json", "print one JSON object at the end")
    .action(act);
}

async function act({
  steps,
  seeds,
  runs,
  workers,
  json,
}: {
  steps?: number;
  seeds: number;
  runs: string;
  workers?: number;
  json?: boolean;
}): Promise<void> {
  const lab = await import("../experiments/quickstart.js");
  let shown: Meter | undefined;
  let shownRun = 0;
  const result = await interruptible((signal) =>
    lab
      .quickstart({
        runs,
        signal,
        workers,
        seeds: Array.from({ length: seeds }, (_, seed) => seed),
        config: steps === undefined ? {} : { steps },
        onProgress({ arm, seed, run, runs: all, progress, secondsLeft }) {
          if (run !== shownRun) {
            shown?.close();
            shown = meter(`${run}/${all} ${arm.title}, seed ${seed}`);
            shownRun = run;
          }
          shown?.show(progress, secondsLeft);
        },
      })
      .finally(() => shown?.close()),
  );
  if (json) printJson(result);
  else print(...lines(result));
}

function lines({ arms, overCases, finding, report }: QuickstartResult): string[] {
  const rows = arms.map(({ title, runs, dice, assd }) => [
    title,
    String(runs.length),
    spread(dice, 3),
    spread(assd, 2),
  ]);
  const { mean, interval } = overCases.difference;
  const range = interval ? `, 95 % interval ${interval.map(points).join(" to ")}` : "";
  return [
    "",
    ...table([[`MSD hippocampus, ${overCases.difference.n} test volumes`, "seeds", "Dice", "ASSD (mm)"], ...rows]),
    "",
    finding,
    `Over the ${overCases.difference.n} test volumes (mean of the seeds): ${points(mean)} Dice points${range}.`,
    "",
    `Report:   ${relative(process.cwd(), report) || report}`,
    "Notebook: notebooks/01-quickstart.ipynb",
    "",
    "Next:     npm run lab             opens the notebook in JupyterLab",
    "          npx arco train --help   trains a run of your own",
    "          npx arco doctor         says what else this machine can do",
  ];
}

const points = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(1)}`;

const spread = ({ mean, sd }: Summary, digits: number) =>
  sd === undefined ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
