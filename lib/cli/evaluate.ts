import { Command, Option } from "commander";
import type { Assessment } from "../runs/evaluate.js";
import { addChoice } from "./choice.js";
import { note, print, printJson } from "./output.js";
import { counter } from "./progress.js";
import { scoreTable } from "./scores.js";
import { interruptible } from "./signals.js";

type EvaluateOptions = Omit<Assessment, "onProgress" | "signal"> & { json?: boolean };

const more = `
Examples:
  arco evaluate runs/RUN --empty-policy released2d --unit voxel
  arco evaluate runs/RUN --stride 18x18x4 --weighting gaussian --largest-component`;

/** `arco evaluate RUN`: scores a finished run again, under another policy for empty masks, in another unit, with other windows or with the largest components alone. Nothing in the run changes. */
export function evaluate(): Command {
  const command = new Command("evaluate")
    .description("score a run again under another policy, or predicted in another way; nothing in the run changes")
    .argument("<run>", "folder of a run")
    .addOption(new Option("--split <name>", "cases to score").choices(["test", "validation"]).default("test"))
    .addOption(
      new Option("--empty-policy <name>", "what an empty mask counts")
        .choices(["honest", "released2d", "released3d"])
        .default("honest"),
    )
    .addOption(new Option("--unit <name>", "unit of distances (default: the benchmark's)").choices(["mm", "voxel"]));
  return addChoice(command).option("--json", "print one JSON object").addHelpText("after", more).action(act);
}

async function act(folder: string, { json, ...options }: EvaluateOptions): Promise<void> {
  const { evaluateRun } = await import("../runs/evaluate.js");
  let shown = counter("evaluate");
  const onProgress = (progress: Parameters<typeof shown.show>[0]) => {
    shown.show(progress);
    if (progress.done < progress.of) return;
    shown.close();
    shown = counter("evaluate"); // the weights beside those that are tested come next
  };
  const metrics = await interruptible(
    (signal) => evaluateRun(folder, { ...options, signal, onProgress }).finally(() => shown.close()),
    "Stopping; nothing was changed, and the same command scores from the beginning.",
  );
  const { stride, weighting, largestComponent } = options;
  if (json) return void printJson({ run: folder, stride, weighting, largestComponent, metrics });
  note(folder);
  print(...scoreTable(metrics), ...choiceInWords(options));
}

/** Says with the scores how they were predicted, where that is not as the run's config says. */
function choiceInWords({ stride, weighting, largestComponent }: EvaluateOptions): string[] {
  const words = [
    ...(stride ? [`windows at strides of ${stride}`] : []),
    ...(weighting ? [`${weighting} weighting`] : []),
    ...(largestComponent ? ["the largest component of each class alone"] : []),
  ];
  return words.length > 0 ? [`Predicted otherwise than the run says: ${words.join(", ")}.`] : [];
}
