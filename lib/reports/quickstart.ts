import { createHash } from "node:crypto";
import { join } from "node:path";
import { DiskProblem } from "../disk.js";
import { lookUp } from "../lookUp.js";
import { control } from "../methods/arco/control.js";
import { Problem } from "../problem.js";
import { finishedRuns } from "../runs/finished.js";
import { runName } from "../runs/folder.js";
import { type Arm, jobsOf } from "../runs/job.js";
import { type JobsOptions, runJobs, throwFailures } from "../runs/jobs.js";
import { readRun } from "../runs/records.js";
import { isFinished } from "../runs/run.js";
import { type PartialConfig, resolveConfig } from "../training/config/config.js";
import { updatesOf } from "../training/config/updates.js";
import { codeNotes } from "./codes.js";
import { machineNotes } from "./machines.js";
import { writeReport } from "./report.js";
import { type ArmResult, sumUp, type Verdict, verdicts } from "./verdict.js";

/** One line of the quick start's table: a way to train, and its runs. */
export interface QuickstartArm extends Arm {
  name: string;
}

/** The whole answer: the table, what unlabelled scans add to three labelled volumes, and what the samplers differ by. */
export interface QuickstartResult {
  arms: ArmResult[];
  verdicts: Verdict[];
  /** What was made by other code than today's, and whether codes or machines are mixed; a sentence each. */
  codes: string[];
  /** The page on all runs; absent where the disk does not let it be written, which `onNote` is told. */
  report?: string;
}

/** What to compare and where; the defaults are the lab's main job. */
export interface QuickstartOptions extends JobsOptions {
  seeds?: readonly number[];
  /** Overrides of every config, as in `{ steps: 50 }`. */
  config?: PartialConfig;
  /** Told of each line of the table as soon as all its runs are done. */
  onArm?: (arm: ArmResult) => void;
}

/**
 * Ways to train on the hippocampus sample: three labelled volumes (with one, which it is decides more than how it is learned from); the same with 57 unlabelled ones by a mean
 * teacher, by the control arm of ARCO, and by ARCO with each sampler; all 60 labelled. Throws a Problem where there is no seed.
 */
export function quickstartArms({
  seeds = [0],
  config = {},
}: Pick<QuickstartOptions, "seeds" | "config"> = {}): QuickstartArm[] {
  if (seeds.length === 0) throw new Problem("seeds: found none, expected at least one, such as [0]");
  const common: PartialConfig = { benchmark: "hippocampus", preset: "mini", ...config };
  const arm = (name: string, title: string, given: PartialConfig, of: readonly number[]): QuickstartArm => ({
    name,
    title,
    configs: of.map((seed) => resolveConfig({ ...common, ...given, seed })),
  });
  const arco = (sampler: "ns" | "sg" | "sag") =>
    arm(
      `arco-${sampler}`,
      `ARCO-${sampler.toUpperCase()}, 3 labelled + 57 unlabelled`,
      { method: "arco", labeled: 3, options: { sampler } },
      seeds,
    );
  return [
    arm("supervised", "supervised, 3 labelled volumes", { method: "supervised", labeled: 3 }, seeds),
    arm("meanTeacher", "mean teacher, 3 labelled + 57 unlabelled", { method: "meanTeacher", labeled: 3 }, seeds),
    arm("control", "control (pseudo labels alone), 3 labelled + 57 unlabelled", { ...control, labeled: 3 }, seeds),
    arco("ns"),
    arco("sg"),
    arco("sag"),
    arm("full", "supervised, all 60 labelled", { method: "supervised", labeled: 60 }, seeds.slice(0, 1)),
  ];
}

/** Which arms are compared: what unlabelled scans add, what ARCO adds to pseudo labels alone, and what stratified draws change. */
const compared = [
  ["supervised", "meanTeacher"],
  ["supervised", "control"],
  ["supervised", "arco-sg"],
  ["control", "arco-sg"],
  ["arco-ns", "arco-sg"],
  ["arco-ns", "arco-sag"],
] as const;

/**
 * Trains what is missing of the quick start, continues what is half done, some side by side, and compares. The numbers come from the runs on disk alone.
 * Throws the signal's reason when it is aborted; what is done is kept.
 */
export async function quickstart({
  seeds,
  config,
  onArm,
  onProgress,
  ...options
}: QuickstartOptions): Promise<QuickstartResult> {
  const { runs } = options;
  const arms = quickstartArms({ seeds, config });
  const told = new Set<QuickstartArm>();
  const tell = () => {
    for (const arm of arms)
      if (!told.has(arm) && arm.configs.every((one) => isFinished(runs, one))) {
        told.add(arm);
        onArm?.(measured(arm, runs));
      }
  };
  tell();
  const failures = await runJobs(jobsOf(inOrder(arms)), {
    ...options,
    onProgress(progress) {
      onProgress?.(progress);
      if (progress.at.state === "finished") tell();
    },
  });
  throwFailures(failures);
  const results = arms.map((arm) => measured(arm, runs));
  const report = join(runs, pageOf(arms));
  const records = results.flatMap((arm) => arm.runs.map(({ folder }) => readRun(folder)));
  const unwritten = await writeReport(records, report).then(
    () => undefined,
    (error) => (error instanceof DiskProblem && error.path === report ? error.message : Promise.reject(error)),
  );
  // finished runs may lie where nothing can be written, and the table is what was asked for
  if (unwritten !== undefined)
    options.onNote?.(`no report: ${unwritten}; arco report ${runs} --out FILE writes it to another place`);
  const named = (name: string) => lookUp(Object.fromEntries(results.map((arm) => [arm.name, arm])), name, "arm");
  return {
    arms: results,
    codes: [...codeNotes(results), ...machineNotes(results)],
    verdicts: verdicts(compared.map(([first, second]) => [named(first), named(second)])),
    ...(unwritten === undefined && { report }),
  };
}

/** The file of the page: quickstart.html for the defaults; any other comparison, such as a trial of another rate, has one of its own and leaves that alone. */
function pageOf(arms: readonly QuickstartArm[]): string {
  const named = (of: readonly QuickstartArm[]) => of.flatMap(({ configs }) => configs.map(runName)).join();
  if (named(arms) === named(quickstartArms())) return "quickstart.html";
  return `quickstart-${createHash("sha256").update(named(arms)).digest("hex").slice(0, 8)}.html`;
}

/** The order in which arms are trained: a short one first, for a line of the table to be there soon, then the long ones, and short ones fill the end. */
function inOrder(arms: readonly QuickstartArm[]): QuickstartArm[] {
  const [first, ...others] = arms;
  const isLong = ({ configs: [{ pretraining }] }: QuickstartArm) => pretraining !== null;
  return [first, ...others.filter(isLong), ...others.filter((arm) => !isLong(arm))];
}

/** What the finished runs of an arm gave. */
function measured(arm: QuickstartArm, runs: string): ArmResult {
  const [{ labeled }] = arm.configs;
  return sumUp({ ...arm, labeled, updates: updatesOf(arm.configs[0]) }, finishedRuns(arm.configs, runs));
}
