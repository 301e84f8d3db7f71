import { readFileSync } from "node:fs";
import { onDisk } from "../disk.js";
import { merged } from "../methods/options.js";
import { Problem } from "../problem.js";
import type { Arm } from "../runs/job.js";
import { type PartialConfig, readPartial, resolveConfig } from "../training/config/config.js";

/** A field of the config by its path, and the values that it takes in turn. */
export interface Axis {
  path: readonly string[];
  values: readonly unknown[];
}

/** What a grid is made of. */
export interface Grid {
  axes: readonly Axis[];
  /** What all have in common. */
  config?: PartialConfig;
  seeds: readonly number[];
  draws: readonly number[];
}

/** Every combination of the axes' values as an arm, each with every draw of the labelled cases and every seed. */
export const gridArms = ({ axes, config = {}, seeds, draws }: Grid): Arm[] =>
  combined(axes, config).map(({ title, given }) => armOf(title, given, { seeds, draws }));

/** Every combination of the axes' values as a partial config, named by them. Throws a Problem for a field that a config does not have. */
export function combined(axes: readonly Axis[], config: PartialConfig): { title: string; given: PartialConfig }[] {
  const places = axes.reduce<readonly (readonly { axis: Axis; value: unknown }[])[]>(
    (before, axis) => before.flatMap((place) => axis.values.map((value) => [...place, { axis, value }])),
    [[]],
  );
  return places.map((place) => {
    const given = place.reduce<object>((all, { axis: { path }, value }) => merged(all, nested(path, value)), config);
    const named = place.filter(({ axis }) => axis.values.length > 1 || axes.length === 1);
    const title = named.map(({ axis: { path }, value }) => `${path.join(".")}=${worded(value)}`).join(" ");
    return { title: title || "all alike", given: readPartial(given, "config") };
  });
}

/** The configs of a file, one JSON object a line, each an arm with every draw and seed. Throws a Problem that names the line. */
export function configArms(path: string, replicates: Pick<Grid, "seeds" | "draws">): Arm[] {
  const lines = onDisk(path, () => readFileSync(path, "utf8")).split("\n");
  return lines.flatMap((line, at) => {
    if (line.trim() === "") return [];
    const where = `${path}:${at + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Problem(`${where}: not a line of JSON; expected a config such as {"method":"arco","steps":1000}`);
    }
    return [armOf(line.trim(), readPartial(value, where), replicates)];
  });
}

function armOf(title: string, given: PartialConfig, { seeds, draws }: Pick<Grid, "seeds" | "draws">): Arm {
  const configs = draws.flatMap((labeledSeed) =>
    seeds.map((seed) => resolveConfig({ labeledSeed, seed, ...given }, title)),
  );
  return { title, configs };
}

const nested = (path: readonly string[], value: unknown): object =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;

const worded = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
