import { Command } from "commander";
import { runsFolder } from "./folders.js";
import { print, printJson, table } from "./output.js";

/** `arco sweep status`. */
export const status = (): Command =>
  new Command("status")
    .description("how a sweep stands: finished, running where, waiting, failed with its last words, lost")
    .argument("<name>", "name of the sweep")
    .option("--results", "the scores so far, arm by arm")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--json", "print one JSON object")
    .action(async (name: string, { runs, results, json }: { runs: string; results?: boolean; json?: boolean }) => {
      const { placesThere } = await import("../sweeps/places.js");
      const { sweepStatus } = await import("../sweeps/status.js");
      const { withSlurm } = await import("../sweeps/slurm/states.js");
      const { sweepResults } = await import("../sweeps/results.js");
      const { statusLines } = await import("../sweeps/words.js");
      const places = placesThere(runs, name);
      const found = withSlurm(sweepStatus(places));
      const scores = results ? sweepResults(places) : undefined;
      if (json) return void printJson({ ...found, ...(scores && { results: scores }) });
      print(...statusLines(name, found));
      if (!scores) return;
      const rows = scores.map(({ title, runs, of, score, assd }) => [title, `${runs} of ${of}`, score, assd]);
      print(
        "",
        ...table([["", "runs", [...new Set(scores.map(({ measure }) => measure))].join(", "), "ASSD"], ...rows]),
      );
    });

/** `arco sweep stop`. */
export const stop = (): Command =>
  new Command("stop")
    .description("tell all workers of a sweep to save and end, wherever they are; the sweep's command goes on with it")
    .argument("<name>", "name of the sweep")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .action(async (name: string, { runs }: { runs: string }) => {
      const { writeWhole } = await import("../disk.js");
      const { placesThere } = await import("../sweeps/places.js");
      const { cancelWaiting } = await import("../sweeps/slurm/states.js");
      const places = placesThere(runs, name);
      writeWhole(places.stop, "");
      const words = cancelWaiting(places, name);
      print(`${name}: workers end within some seconds, after the step they are in`, ...words);
    });

/** `arco sweep retry`. */
export const retry = (): Command =>
  new Command("retry")
    .description("let the trainings of a sweep that failed be begun again, from where they stand")
    .argument("<name>", "name of the sweep")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--json", "print one JSON object")
    .action(async (name: string, { runs, json }: { runs: string; json?: boolean }) => {
      const { placesThere } = await import("../sweeps/places.js");
      const { retryFailed } = await import("../sweeps/retry.js");
      const retried = retryFailed(placesThere(runs, name));
      if (json) printJson({ retried });
      else
        print(
          `${name}: ${retried.length} may be begun again; workers that are at work see them when they look next, "arco sweep ${name}" starts some`,
        );
    });
