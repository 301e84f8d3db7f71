import { Command } from "commander";
import type { BenchOptions as BenchSizes } from "../bench/bench.js";
import { note, print, printJson, table, whole } from "./output.js";

interface BenchOptions {
  size?: number | number[];
  classes?: number;
  batch?: number;
  labeled?: number;
  unlabeled?: number;
  steps?: number;
  benchmark?: string;
  method?: string;
  network?: string;
  json?: boolean;
}

/** `arco bench NAME`: how long something takes and how much memory it needs, on this machine. */
export function bench(): Command {
  return new Command("bench")
    .description(
      "measure time and memory: unet, vnet, deeplab, window, conv3d, meanTeacher, relational, arco, arco3d, ledger, samplers, data, metrics, reading; method, beside supervised training; methods, all of them so, and MONA",
    )
    .argument("<name>", "what to measure")
    .option("--size <pixels>", "side of a square image, or the patch of a volume, such as 112x112x80", sides)
    .option("--classes <n>", "classes, background among them", whole(2))
    .option("--batch <n>", "images a step (labelled, and as many unlabelled where the method has them)", whole(1))
    .option("--labeled <n>", "labelled images a step", whole(1))
    .option("--unlabeled <n>", "unlabelled images a step", whole(0))
    .option("--steps <n>", "measured steps, after a few that warm up", whole(1))
    .option("--benchmark <name>", "real data to read (bench data)")
    .option("--method <name>", "method, or mona, to compare with supervised training (bench method, bench methods)")
    .option("--network <name>", "lite0, resnet18, resnet50 or resnet101 (bench deeplab)")
    .option("--json", "print one JSON object")
    .action(async (name: string, { json, batch, ...given }: BenchOptions) => {
      const { runBench } = await import("../bench/index.js");
      const { parse } = await import("../training/config/schema.js");
      const { benchSchema } = await import("../bench/bench.js");
      const sizes = { labeled: batch, unlabeled: batch, ...given };
      const known = Object.fromEntries(Object.entries(sizes).filter(([, value]) => value !== undefined));
      const asked = parse(benchSchema, known, "bench");
      if (name === "methods") return void (await allMethods(asked, json));
      const result = await runBench(name, asked);
      if (json) return void printJson(result);
      const { ms, rssMiB, peakRssMiB, tensors, backend, name: _, steps, ...details } = result;
      print(
        `${name} on ${backend}: ${ms.median} ms a step (${ms.min}–${ms.max} over ${steps}), ${rssMiB} MiB resident, ${peakRssMiB} MiB at the peak, ${tensors} tensors`,
      );
      print(
        ...Object.entries(details).map(
          ([key, value]) => `  ${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
        ),
      );
    });
}

/** Reads a side, or some of them with an x between. */
function sides(text: string): number | number[] {
  const [side, ...others] = text.split(/[x×]/).map((one) => whole(1)(one));
  return others.length === 0 ? side : [side, ...others];
}

/** A line for every method, or one object with an entry for each. */
async function allMethods(asked: Partial<BenchSizes>, json = false): Promise<void> {
  const { benchMethods } = await import("../bench/methods.js");
  const found = await benchMethods(asked, (name) => note(`${name} …`));
  if (json) return void printJson(found);
  const head = ["method", "ms a step", "times supervised", "multiplications, times supervised", "MiB"];
  const rows = Object.entries(found).map(([name, { ms, ratio, work, MiB }]) => [
    name,
    String(ms),
    String(ratio),
    String(work ?? "–"),
    String(MiB),
  ]);
  print(...table([head, ...rows]));
}
