import { benchmarks } from "../benchmarks/index.js";
import { lookUp } from "../lookUp.js";
import { isControl } from "../methods/arco/control.js";
import { methods } from "../methods/index.js";
import type { RunRecord } from "../runs/records.js";
import { identityOf } from "../training/config/identity.js";
import { type Config, canonical } from "../training/config/schema.js";

/** Runs that differ in their seed and in the draw of their labelled cases alone. */
export interface ArmRecord {
  title: string;
  /** The config of its first run; the others have other seeds or draws. */
  config: Config;
  /** By draw, then by seed. */
  runs: RunRecord[];
}

/** The arms among some runs: few labels before many, supervised before the others; titles tell apart what differs. */
export function armsOf(records: readonly RunRecord[]): ArmRecord[] {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    const key = canonical({ ...identityOf(record.config), seed: 0, labeledSeed: 0 });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const arms = [...groups.values()].map((group) => {
    const runs = group.sort(({ config: a }, { config: b }) => a.labeledSeed - b.labeledSeed || a.seed - b.seed);
    return { title: titleOf(runs[0].config), config: runs[0].config, runs };
  });
  arms.sort((a, b) => rank(a.config).localeCompare(rank(b.config)));
  return arms.map((arm) => {
    const namesakes = arms.filter(({ title }) => title === arm.title).map(({ config }) => config);
    return namesakes.length > 1 ? { ...arm, title: `${arm.title} (${differences(arm.config, namesakes)})` } : arm;
  });
}

/** "Mean teacher, 1 labelled + 59 unlabelled". */
function titleOf(config: Config): string {
  const { benchmark, method, labeled, batch, options } = config;
  const all = lookUp(benchmarks, benchmark, "benchmark").labeledChoices.at(-1) ?? labeled;
  const { sampler } = options as { sampler?: string };
  const title = isControl(config)
    ? "Control (pseudo labels alone)"
    : lookUp(methods, method, "method").title + (sampler ? `-${sampler.replace(/Released$/, "").toUpperCase()}` : "");
  if (labeled === all) return `${title}, all ${all} labelled`;
  return `${title}, ${labeled} labelled${batch.unlabeled > 0 ? ` + ${all - labeled} unlabelled` : ""}`;
}

const rank = ({ benchmark, labeled, method }: Config) =>
  [benchmark, String(labeled).padStart(9, "0"), method === "supervised" ? "" : method].join(" ");

/** The fields in which a config differs from its namesakes, as in "steps 200, optimizer.rate 0.05". */
function differences(config: Config, namesakes: readonly Config[]): string {
  const flat = namesakes.map((one) => flatten(one));
  const own = flatten(config);
  const names = [...own.keys()].filter(
    (name) => name !== "seed" && name !== "labeledSeed" && new Set(flat.map((fields) => fields.get(name))).size > 1,
  );
  return names.map((name) => `${name} ${own.get(name)}`).join(", ");
}

function flatten(value: object, path = ""): Map<string, string> {
  const fields = Object.entries(value).flatMap(([key, field]): [string, string][] =>
    typeof field === "object" && field !== null
      ? [...flatten(field, `${path}${key}.`)]
      : [[`${path}${key}`, String(field)]],
  );
  return new Map(fields);
}
