import { Command, Option } from "commander";
import type { SlurmOptions } from "../sweeps/slurm/submit.js";
import { runsFolder } from "./folders.js";
import { note, number, print, printJson, trainings, whole } from "./output.js";
import { interruptible } from "./signals.js";
import { armsOf, type What, withWhat } from "./sweepArms.js";
import { retry, status, stop } from "./sweepCommands.js";
import { sweepMeter } from "./sweepMeter.js";

interface Options extends What, SlurmOptions {
  on: "here" | "slurm";
  runs: string;
  parallel?: number;
  again?: boolean;
  goOn?: boolean;
  plan?: boolean;
  import?: string[];
  json?: boolean;
}

const examples = `
Examples:
  arco sweep table1 --table 1 --benchmark acdc --seeds 5 --labeled 3,7       plans and trains, as many side by side as this machine carries
  arco sweep grid --set optimizer.rate=0.003,0.01,0.03 --method supervised,arco --seeds 3
  arco sweep mine --configs mine.jsonl
  arco sweep table1 --on slurm --partition gpu --time 8:00:00 --set-up "module load cuda"   submits the workers that are missing
  arco sweep status table1        what is finished, running, waiting, failed, lost; --results for scores so far
  arco sweep stop table1          all workers save and end
  arco sweep retry table1         lets what failed be begun again
The same command again, from anywhere that sees the folder of runs, trains only what is missing; other options add to the plan.
A sweep is the folder sweeps/NAME in the folder of runs. One machine more: "arco work runs/sweeps/NAME" there.`;

/** `arco sweep`: many runs, here or on a cluster. */
export function sweep(): Command {
  const command = withWhat(
    new Command("sweep")
      .description("plan many trainings, and train what is missing of them here or on a cluster")
      .argument("<name>", "name of the sweep")
      .enablePositionalOptions(), // those of status, stop and retry are their own
  )
    .addOption(new Option("--on <place>", "where workers are started").choices(["here", "slurm"]).default("here"))
    .option("--plan", "write the plan; start no worker")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--parallel <n>", "here: workers side by side (default: what suits images, cores and memory)", trainings)
    .option("--again", "train anew, beside the old ones, what other code than today's has made")
    .option("--go-on", "continue with today's code what other code has trained half")
    .option("--partition <name>", "slurm: where tasks run")
    .option("--time <limit>", "slurm: time limit of a task, which saves and requeues itself before")
    .option("--max-running <n>", "slurm: tasks that run at once, each a worker", whole(1), 16)
    .option("--tasks <n>", "slurm: tasks to submit (default: as many as run at once)", whole(1))
    .option("--cpus <n>", "slurm: processors of a task", whole(1))
    .option("--gpus <n>", "slurm: GPUs of a task", whole(1))
    .option("--memory <size>", "slurm: memory of a task, such as 16G")
    .option("--set-up <line>", "slurm: a line of bash before the worker starts; may be repeated", more)
    .option("--sbatch <option>", 'slurm: a further option, as in --sbatch="--account=x"; may be repeated', more)
    .option("--grace <seconds>", "slurm: so long before the time limit a task saves (default: 120)", number)
    .option("--json", "print one JSON object at the end")
    .addHelpText("after", examples)
    .action(act);
  return command.addCommand(status()).addCommand(stop()).addCommand(retry());
}

const more = (part: string, before: string[] = []) => [...before, part];

async function act(name: string, options: Options): Promise<void> {
  const { on, runs, plan: isPlanOnly, json } = options;
  const { placesOf } = await import("../sweeps/places.js");
  const { forgetContradicted, forgetStop } = await import("../sweeps/retry.js");
  const { sweepStatus } = await import("../sweeps/status.js");
  const places = placesOf(runs, name);
  const added = await planned(name, options);
  forgetContradicted(places);
  const { trainings: all, counts } = sweepStatus(places);
  const open = counts.waiting + counts.half + counts.lost;
  note(`${places.plan}: ${all.length} trainings, ${added} of them new; ${open + counts.running} to be done`);
  if (isPlanOnly) return void (json && printJson({ plan: places.plan, added, counts }));
  forgetStop(places);
  const submitted = on === "slurm" ? await submitAll(name, open + counts.running, options) : undefined;
  if (on === "here" && open > 0) await trainAll(name, open, options);
  const found = sweepStatus(places);
  if (json) printJson({ plan: places.plan, added, ...submitted, ...found });
  else if (on === "here") {
    const { statusLines } = await import("../sweeps/words.js");
    print(...statusLines(name, found));
  }
  if (on === "here" && found.counts.finished < found.trainings.length) process.exitCode = 1;
}

/** Begins the plan, or adds to it what is asked for; gives how many trainings that added. */
async function planned(
  name: string,
  { runs, cpus, on, parallel, again, goOn, import: imports = [], ...what }: Options,
) {
  const { existsSync } = await import("node:fs");
  const { resolve } = await import("node:path");
  const { jobsOf } = await import("../runs/job.js");
  const { onlyHere } = await import("../runs/onlyHere.js");
  const { sideBySide } = await import("../runs/sideBySide.js");
  const { placesOf, placesThere } = await import("../sweeps/places.js");
  const { extendPlan, readPlan } = await import("../sweeps/plan.js");
  const { Problem } = await import("../problem.js");
  const places = placesOf(runs, name);
  const arms = await armsOf(what);
  if (arms.length === 0) placesThere(runs, name); // a Problem where there is no plan either
  const jobs = jobsOf(arms);
  const known = existsSync(places.plan) ? readPlan(places) : undefined;
  const files = imports.length > 0 ? imports.map((file) => resolve(file)) : (known?.imports ?? []);
  const own = files.length > 0 ? [] : [...new Set(jobs.flatMap(({ config }) => onlyHere(config)))];
  if (own.length > 0)
    throw new Problem(
      `sweep: ${own.join(", ")}: known to this process alone, expected what a worker finds by itself: a file that registers it (--import), data under data/ or ARCO_DATA`,
    );
  const configs = jobs.map(({ config }) => config);
  const cores = on === "slurm" ? { cores: cpus ?? 1, parallel: 1, alone: false } : { parallel, alone: false };
  const threads = known?.threads ?? sideBySide(configs, cores).threads;
  return extendPlan(places, jobs, { threads, imports: files, again, goOn, onWait: note });
}

async function submitAll(name: string, open: number, { runs, ...options }: Options) {
  const { placesOf } = await import("../sweeps/places.js");
  const { readPlan } = await import("../sweeps/plan.js");
  const { jobNameOf } = await import("../sweeps/slurm/queue.js");
  const { submit } = await import("../sweeps/slurm/submit.js");
  const places = placesOf(runs, name);
  const submitted = await submit(places, jobNameOf(name, readPlan(places).id), open, { ...options, onWait: note });
  const { arrays, tasks, before, refused } = submitted;
  const there = before > 0 ? `, ${before} wait or run already` : "";
  note(
    `${tasks} task${tasks === 1 ? "" : "s"} submitted${arrays.length > 0 ? ` as ${arrays.join(", ")}` : ""}${there}`,
  );
  if (refused !== undefined) note(`Slurm took no more: ${refused}; those that are in train all the same`);
  return submitted;
}

async function trainAll(name: string, open: number, { runs, parallel }: Options): Promise<void> {
  const { placesOf } = await import("../sweeps/places.js");
  const { readPlan } = await import("../sweeps/plan.js");
  const { workHere } = await import("../sweeps/here.js");
  const { sideBySide } = await import("../runs/sideBySide.js");
  const places = placesOf(runs, name);
  const { jobs } = readPlan(places);
  const configs = jobs.map(({ config }) => config);
  const processes = Math.min(open, sideBySide(configs, { parallel, alone: false }).processes);
  await interruptible(async (signal) => {
    const shown = sweepMeter(places);
    const words = await workHere(places, { processes, configs, signal, onNote: shown.say }).finally(shown.close);
    for (const one of words) note(one);
  }, "Stopping after the steps they are in; the same command continues from there.");
}
