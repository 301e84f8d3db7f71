import { Command } from "commander";
import { runsFolder } from "./folders.js";
import { note, print, printJson } from "./output.js";

const examples = `
Examples:
  arco export tensorboard --watch         and beside it: tensorboard --logdir runs
  arco export mlflow --uri http://localhost:5000 --sweep table1
  arco export results --to results        and from then on: arco table 2 --trained --runs results
All only read the runs, and can be repeated while these go on.`;

/** `arco export`: runs for the tools that people watch trainings with, and their results to be published. */
export const exporting = (): Command =>
  new Command("export")
    .description("show runs in TensorBoard or MLflow, publish their results")
    .addCommand(tensorboard())
    .addCommand(mlflow())
    .addCommand(results())
    .addHelpText("after", examples);

const tensorboard = () =>
  new Command("tensorboard")
    .description("write files of events beside the logs of all runs: curves, scores and overlays")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--watch", "again every half minute, until Ctrl-C")
    .option("--json", "print one JSON object at the end")
    .action(async ({ runs, watch, json }: { runs: string; watch?: boolean; json?: boolean }) => {
      const { writeEvents } = await import("../exports/tensorboard/write.js");
      const { listRuns } = await import("../runs/records.js");
      const written = async () => {
        const files: string[] = [];
        for (const run of listRuns(runs)) files.push(await writeEvents(run));
        return files;
      };
      let files = await written();
      note(`${files.length} runs; now: tensorboard --logdir ${runs}`);
      while (watch) {
        await new Promise((resolve) => setTimeout(resolve, 30_000));
        files = await written();
      }
      if (json) printJson({ files });
    });

interface MlflowWords {
  uri: string;
  runs: string;
  experiment: string;
  sweep?: string;
  json?: boolean;
}

const mlflow = () =>
  new Command("mlflow")
    .description("bring runs into an MLflow server: params, metrics, artifacts, a sweep as their parent")
    .requiredOption("--uri <address>", "of the server, such as http://localhost:5000")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--experiment <name>", "where they are put", "arco")
    .option("--sweep <name>", "only the runs of this sweep, with it as their parent")
    .option("--json", "print one JSON object at the end")
    .action(async ({ uri, runs, experiment, sweep, json }: MlflowWords) => {
      const { exportMlflow } = await import("../exports/mlflow/export.js");
      const { listRuns } = await import("../runs/records.js");
      const { placesThere } = await import("../sweeps/places.js");
      const { readPlan } = await import("../sweeps/plan.js");
      const names = sweep && new Set(readPlan(placesThere(runs, sweep)).jobs.map(({ name }) => name));
      const wanted = listRuns(runs).filter(({ name }) => !names || names.has(name.replace(/~\d+$/, "")));
      const count = await exportMlflow(wanted, { uri, experiment, parent: sweep, onRun: note });
      if (json) printJson({ runs: count });
      else print(`${count} runs are in ${uri}, experiment ${experiment}`);
    });

const results = () =>
  new Command("results")
    .description("copy what finished runs came to, without weights and predictions, to be published beside a table")
    .requiredOption("--to <folder>", "a folder of runs, from which tables, curves and reports read them")
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--json", "print one JSON object at the end")
    .action(async ({ to, runs, json }: { to: string; runs: string; json?: boolean }) => {
      const { exportResults } = await import("../exports/results.js");
      const { listRuns } = await import("../runs/records.js");
      const copied = exportResults(listRuns(runs), to);
      if (json) printJson({ copied });
      else print(`${copied.length} results were copied to ${to}`);
    });
