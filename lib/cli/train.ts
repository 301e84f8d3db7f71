import { Command, InvalidArgumentError } from "commander";
import { runsFolder } from "./folders.js";
import { note, number, print, printJson, setting, threads, whole } from "./output.js";
import { meter } from "./progress.js";
import { scoreTable } from "./scores.js";
import { interruptible } from "./signals.js";

interface TrainOptions {
  benchmark?: string;
  labeled?: number;
  labeledSeed?: number;
  method?: string;
  sampler?: string;
  network?: string;
  weights?: string;
  option?: Record<string, unknown>;
  set?: Record<string, unknown>;
  preset?: string;
  protocol?: string;
  seed?: number;
  steps?: number;
  batch?: { labeled: number; unlabeled?: number };
  validateEvery?: number;
  checkpointEvery?: number;
  keepEvery?: number;
  again?: boolean;
  goOn?: boolean;
  workers?: number;
  runs: string;
  json?: boolean;
}

const examples = `
Examples:
  arco train --benchmark hippocampus --labeled 1 --method meanTeacher --seed 1
  arco train --network vnet                                 the sample's scans as volumes, with a V-Net
  arco train --method supervised --labeled 60 --steps 1000 --set optimizer.rate=0.05
  arco train --method arco --sampler sag --labeled 1        both phases; arms with the same pre-training share it
  arco train --method relational --labeled 1                the first phase alone
  arco train --method arco --labeled 1 --set pretraining=null    the second alone, from random weights
The same command again continues a run that was stopped, and reports one that is finished.`;

/** `arco train`: one run from its config to its metrics. */
export function train(): Command {
  return new Command("train")
    .description("train one run and test it; continue it if it was stopped, report it if it is finished")
    .option("--benchmark <name>", "data to train on (default: hippocampus)")
    .option("--labeled <cases>", "number of labelled cases (default: the fewest)", number)
    .option("--labeled-seed <n>", "draws which cases are labelled (default: 0, as published)", whole(0))
    .option("--method <name>", "how to train (default: supervised); --help --method NAME lists its options")
    .option("--sampler <name>", "how ARCO draws pixels: ns, sg or sag (its option sampler)")
    .option(
      "--network <name>",
      "unet, lite0, resnet18, resnet50 or resnet101 for images, vnet for volumes, the sample's too (default: what the data is for)",
    )
    .option(
      "--weights <file>",
      'safetensors file that the network or its encoder begins with, or "random" (default: ImageNet\'s of lite0)',
    )
    .option("--option <key=value>", "an option of the method; may be repeated", setting)
    .option("--preset <name>", "smoke, mini or full (default: mini)")
    .option("--protocol <name>", "lab, paper or released (default: lab)")
    .option("--seed <n>", "seed of everything random (default: 0)", number)
    .option("--steps <n>", "optimiser steps; 0 tests the weights of a file as they are", number)
    .option("--batch <n>", "images a step: 8, or 8+8 for labelled and unlabelled ones", images)
    .option("--validate-every <steps>", "steps between validations", number)
    .option("--set <key=value>", "any other field of the config, as in optimizer.rate=0.05; may be repeated", setting)
    .option("--checkpoint-every <steps>", "steps between checkpoints (default: 100)", whole(1))
    .option("--keep-every <steps>", "steps between checkpoints that are kept, to look into a training later", whole(1))
    .option("--again", "train anew, beside the old one, what is finished or was made by other code than today's")
    .option("--go-on", "continue with today's code what other code has trained half")
    .option("--workers <n>", "threads that prepare batches", threads(0))
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--json", "print one JSON object at the end")
    .addHelpText("after", examples)
    .action(act);
}

/** The words after "arco" that ask for the options of a method: `train --help --method NAME`, in any order. */
export function methodAskedFor(words: readonly string[]): string | undefined {
  const [command, ...rest] = words;
  if (command !== "train" || !rest.some((word) => word === "--help" || word === "-h")) return undefined;
  const at = rest.findIndex((word) => word === "--method" || word.startsWith("--method="));
  return at < 0 ? undefined : rest[at] === "--method" ? rest[at + 1] : rest[at].slice("--method=".length);
}

async function act(options: TrainOptions): Promise<void> {
  const { runs, json, checkpointEvery, keepEvery, again, goOn, workers } = options;
  const config = await configOf(options);
  const { trainRun } = await import("../runs/trainRun.js");
  const { trainingFolder } = await import("../runs/folder.js");
  const { sideBySide } = await import("../runs/sideBySide.js");
  const folder = trainingFolder(runs, config, { again: again ? "any" : undefined });
  note(`${folder}: ${config.steps} steps of ${config.batch.labeled} + ${config.batch.unlabeled} images`);
  const shown = meter(config.method);
  const { run, trained, metrics, otherCode } = await interruptible(async (signal) => {
    const told = { onProgress: shown.show, onCase: shown.scored, onWait: note, onNote: note };
    const { threads } = sideBySide([config]); // as its partners in a comparison have
    const options = { runs, checkpointEvery, keepEvery, again, goOn, workers, threads, signal, ...told };
    const outcome = await trainRun(config, options).finally(shown.close);
    if (outcome.finished) return outcome;
    if (json) printJson(outcome);
    throw signal.reason;
  });
  if (json) printJson({ run, finished: true, trained, steps: config.steps, metrics, otherCode });
  else
    print(
      `${trained ? "Finished" : "Finished before, nothing was trained"}: ${run}`,
      ...(metrics
        ? ["", ...scoreTable(metrics)]
        : [`pre-trained; start a method from it with --set pretraining.method=${config.method}`]),
    );
}

/** The options as a config; what is not given follows from the presets. */
async function configOf({
  benchmark,
  labeled,
  labeledSeed,
  method,
  sampler,
  network,
  weights,
  option = {},
  set = {},
  preset,
  protocol,
  seed,
  steps,
  batch,
  validateEvery,
}: TrainOptions) {
  const { readPartial, resolveConfig } = await import("../training/config/config.js");
  const given = {
    benchmark,
    labeled,
    labeledSeed,
    method,
    network,
    weights,
    preset,
    protocol,
    seed,
    steps,
    validateEvery,
  };
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  const partial = readPartial({ ...set, ...Object.fromEntries(fields) }, "config");
  const chosen = { ...option, ...(sampler !== undefined && { sampler }) };
  partial.options = { ...partial.options, ...readPartial({ options: chosen }, "config").options };
  return resolveConfig(batch ? { ...partial, batch: await withUnlabeled(batch, method) } : partial);
}

/** One number is the labelled part, and the unlabelled one is as large where the method has one; of a method without labels it is that alone. */
async function withUnlabeled({ labeled, unlabeled }: { labeled: number; unlabeled?: number }, name = "supervised") {
  const { methods } = await import("../methods/index.js");
  if (unlabeled === undefined && methods[name]?.labeled === false) return { labeled: 0, unlabeled: labeled };
  return { labeled, unlabeled: unlabeled ?? (methods[name]?.unlabeled ? labeled : 0) };
}

function images(text: string): { labeled: number; unlabeled?: number } {
  const found = /^(\d+)(?:\+(\d+))?$/.exec(text);
  if (!found) throw new InvalidArgumentError("Expected a number of images such as 8, or 8+8.");
  return { labeled: Number(found[1]), unlabeled: found[2] === undefined ? undefined : Number(found[2]) };
}
