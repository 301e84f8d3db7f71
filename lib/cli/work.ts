import { Command, InvalidArgumentError } from "commander";
import { note, print, printJson, threads, whole } from "./output.js";
import { interruptible } from "./signals.js";

const examples = `
A plan is made by "arco sweep", which starts workers too. Start one more on any machine that sees the folder of runs, from a checkout with the same code:
  arco work runs/sweeps/table1
It trains one run after the other until nothing is open. SIGINT, SIGTERM and SIGUSR1 end it after the step it is in, with its state saved.`;

/** `arco work`: a worker of a sweep. */
export function work(): Command {
  return new Command("work")
    .description("train what a sweep leaves open, one run after the other, beside whoever else works on it")
    .argument("<plan>", "the sweep's folder, or the plan in it")
    .option("--among <n>", "about how many workers share the plan", whole(1), 16)
    .option("--time <hours:minutes:seconds>", "end after so long, with the state saved", clock)
    .option("--workers <n>", "threads that prepare batches", threads(0))
    .option("--json", "print one JSON object at the end")
    .addHelpText("after", examples)
    .action(act);
}

interface Options {
  among: number;
  time?: number;
  workers?: number;
  json?: boolean;
}

/** Reads a duration as Slurm writes it, in seconds: 8:00:00 or 1-12:00:00, 30:00, or minutes alone. */
export function clock(text: string): number {
  const [, days, rest] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(text) ?? [];
  if (rest === undefined) throw new InvalidArgumentError("Expected hours:minutes:seconds, such as 8:00:00.");
  const parts = rest.split(":").map(Number);
  const isFromHours = days !== undefined || parts.length === 3;
  const [hours, minutes = 0, seconds = 0] = isFromHours ? parts : [0, ...parts];
  return 60 * (60 * (24 * Number(days ?? 0) + hours) + minutes) + seconds;
}

async function act(plan: string, { among, time, workers, json }: Options): Promise<void> {
  const { freezeSources } = await import("../runs/sources.js");
  const { placesIn } = await import("../sweeps/places.js");
  const { readPlan } = await import("../sweeps/plan.js");
  const { work: workOn } = await import("../sweeps/work.js");
  const { requeue } = await import("../sweeps/slurm/requeue.js");
  const { jobTitle } = await import("../runs/job.js");
  const { staged } = await import("../sweeps/staging.js");
  const { Problem } = await import("../problem.js");
  const { importAll } = await import("./importing.js");
  const places = placesIn(plan);
  const { imports } = readPlan(places);
  await importAll(imports);
  delete process.env.ARCO_THREADS; // the plan says how many
  freezeSources(); // what was loaded is what trains, whatever is edited from now on
  const train = staged(process.env.ARCO_STAGE, { onNote: note });
  const counts = { finished: 0, diverged: 0, failed: 0 };
  let steps = 0;
  const why = await interruptible(async (signal) => {
    const early = new AbortController();
    const end = (words: string) => () => early.abort(new Problem(words));
    process.on("SIGUSR1", end(timeIsUp));
    process.on("disconnect", end("whoever started this worker is gone"));
    const timer = time === undefined ? undefined : setTimeout(end(timeIsUp), 1000 * time);
    const why = await workOn(places, {
      ...{ signal: AbortSignal.any([signal, early.signal]), among, ways: { workers }, train },
      onStart: (job) => note(`${job.name}: ${jobTitle(job)}`),
      onStep: ({ kind }) => (steps += Number(kind === "step")),
      onEnd(job, { end: how, words }) {
        counts[how]++;
        note(`${job.name}: ${how}${words ? `: ${words}` : ""}`);
      },
    });
    clearTimeout(timer);
    signal.throwIfAborted();
    return early.signal.aborted ? String(early.signal.reason.message) : why;
  });
  if (why === timeIsUp && steps > 0) requeue({ onNote: note });
  if (json) printJson({ ended: why, ...counts });
  else print(`${why}: ${counts.finished} finished, ${counts.failed} failed, ${counts.diverged} diverged`);
  if (process.connected) process.disconnect();
}

const timeIsUp = "the time is up";
