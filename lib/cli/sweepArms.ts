import { type Command, InvalidArgumentError, Option } from "commander";
import type { Arm } from "../runs/job.js";
import type { Axis } from "../sweeps/grid.js";
import type { Preset, Protocol } from "../training/config/schema.js";
import { setting, upTo, whole } from "./output.js";

/** Which trainings a sweep has, as they are asked for. */
export interface What {
  table?: string;
  configs?: string;
  set: Axis[];
  method?: string[];
  benchmark?: string;
  labeled?: number[];
  preset?: Preset;
  protocol?: Protocol;
  steps?: number;
  seeds: number;
  draws: number;
  only?: string[];
  sampler?: string[];
}

/** The options that say which trainings a sweep has. */
export const withWhat = (command: Command): Command =>
  command
    .option("--table <number>", "all that a table of the paper needs")
    .option("--configs <file>", "a config a line, as JSON; what a line leaves out follows from the presets")
    .option(
      "--set <key=a,b>",
      "a grid: each value of a field of the config with each of the others; may be repeated",
      axis,
      [],
    )
    .option("--method <a,b>", "methods of a grid", words)
    .option("--benchmark <name>", "data to train on (default: hippocampus)")
    .option("--labeled <a,b>", "numbers of labelled cases (default: the fewest)", numbers)
    .addOption(new Option("--preset <name>", "length (default: mini)").choices(["smoke", "mini", "full"]))
    .addOption(new Option("--protocol <name>", "(default: lab)").choices(["lab", "paper", "released"]))
    .option("--steps <n>", "optimiser steps of every run, without its pre-training", whole(1))
    .option("--seeds <n>", "seeds of every arm", whole(1), 1)
    .option("--draws <n>", "draws of the labelled cases, each with every seed", whole(1), 1)
    .option("--only <part>", "of a table: the rows whose names contain this; may be repeated", more)
    .option("--sampler <name>", "of a table: the rows of this sampler; may be repeated", more);

const more = (part: string, before: string[] = []) => [...before, part];
const words = (text: string) => text.split(",").filter((word) => word !== "");
const numbers = (text: string) => words(text).map(whole(0));

/** Reads `key=a,b`; commas within brackets, braces and quotes part nothing. */
function axis(text: string, before: Axis[]): Axis[] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected key=value or key=a,b.");
  const parts = text.slice(at + 1).match(/(?:\[[^\]]*\]|\{[^}]*\}|"[^"]*"|[^,])+/g) ?? [""];
  return [
    ...before,
    { path: text.slice(0, at).split("."), values: parts.map((part) => setting(`value=${part}`).value) },
  ];
}

/** The arms that are asked for, none where nothing is; each is named by what it differs in. */
export async function armsOf(what: What): Promise<Arm[]> {
  const { table, configs, set, method = [], labeled = [], seeds, draws, steps, ...choice } = what;
  const { benchmark, preset, protocol, only, sampler: samplers } = choice;
  const { Problem } = await import("../problem.js");
  const replicates = { seeds: upTo(seeds), draws: upTo(draws) };
  const { combined, configArms, gridArms } = await import("../sweeps/grid.js");
  if (configs !== undefined) return configArms(configs, replicates);
  const common = { ...(steps !== undefined && { steps }) };
  if (table !== undefined) {
    const several = set.find(({ values }) => values.length !== 1);
    if (several || method.length > 0)
      throw new Problem(
        `--table: found ${several ? `several values of ${several.path.join(".")}` : "--method"} beside it; a table says itself what differs, expected one value of what --set gives to all`,
      );
    const [{ given: config }] = combined(set, common);
    const { tableArms, tableNumber } = await import("../tables/arms.js");
    return (labeled.length > 0 ? labeled : [undefined]).flatMap((count) => {
      const found = tableArms(tableNumber(table), {
        ...{ benchmark, preset, protocol, only, samplers, ...replicates, config },
        ...(count !== undefined && { labeled: count }),
      });
      const suffix = labeled.length > 1 ? `, ${count} labelled` : "";
      return found.arms.map(({ title, configs }) => ({ title: `${title}${suffix}`, configs }));
    });
  }
  const axes: Axis[] = [
    ...(method.length > 0 ? [{ path: ["method"], values: method }] : []),
    ...(labeled.length > 0 ? [{ path: ["labeled"], values: labeled }] : []),
    ...set,
  ];
  if (axes.length === 0) return [];
  const given = {
    ...common,
    ...(benchmark && { benchmark }),
    ...(preset && { preset }),
    ...(protocol && { protocol }),
  };
  return gridArms({ axes, config: given, ...replicates });
}
