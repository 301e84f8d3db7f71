import { Command, Option } from "commander";
import { note, print, printJson } from "./output.js";
import { scoreTable } from "./scores.js";
import { interruptible } from "./signals.js";

interface EvaluateOptions {
  split: "test" | "validation";
  emptyPolicy: "honest" | "released2d" | "released3d";
  unit?: "mm" | "voxel";
  json?: boolean;
}

/** `arco evaluate RUN`: scores a finished run again, under another policy for empty masks or in another unit. Nothing in the run changes. */
export function evaluate(): Command {
  return new Command("evaluate")
    .description("score a run again under another policy; nothing in the run changes")
    .argument("<run>", "folder of a run")
    .addOption(new Option("--split <name>", "cases to score").choices(["test", "validation"]).default("test"))
    .addOption(
      new Option("--empty-policy <name>", "what an empty mask counts")
        .choices(["honest", "released2d", "released3d"])
        .default("honest"),
    )
    .addOption(new Option("--unit <name>", "unit of distances (default: the benchmark's)").choices(["mm", "voxel"]))
    .option("--json", "print one JSON object")
    .action(async (folder: string, { json, ...options }: EvaluateOptions) => {
      const { evaluateRun } = await import("../runs/evaluate.js");
      const onCase = (done: number, cases: number) =>
        process.stderr.isTTY && process.stderr.write(`\r${done}/${cases} cases${done === cases ? "\n" : ""}`);
      const metrics = await interruptible((signal) => evaluateRun(folder, { ...options, signal, onCase }));
      if (json) printJson({ run: folder, metrics });
      else {
        note(folder);
        print(...scoreTable(metrics));
      }
    });
}
