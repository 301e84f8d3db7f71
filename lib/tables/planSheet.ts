import type { Sheet } from "./formats.js";
import type { TableJob, TablePlan } from "./plan.js";
import { lacking, lackingData, settingInWords } from "./words.js";

/** What a table would train, summed up over the seeds; the CSV has every run. */
export function planSheet(plan: TablePlan): Sheet {
  const { benchmark, preset, protocol } = plan;
  const open = plan.jobs.filter(({ state }) => state === "missing" || state === "half");
  const bases = [...new Set(open.map(({ config, basis }) => `${config.method} ${basis}`))];
  return {
    title: `Table ${plan.table}: ${plan.title}`,
    facts: [
      ["On", settingInWords(plan)],
      [
        "To train",
        `${open.length} of ${plan.jobs.length} runs, about ${duration(plan.seconds)}${open.length > 0 ? inPlaces(plan) : ""}`,
      ],
      ...(bases.length > 0 ? [["Pace", bases.join("; ")] as const] : []),
    ],
    grids: [
      {
        caption: "Runs",
        columns: ["", "phase", "steps", "finished", "half done", "missing", "diverged", "time left"].map((name) => ({
          name,
        })),
        rows: alike(plan.jobs).map((jobs) => {
          const count = (state: TableJob["state"]) => String(jobs.filter((job) => job.state === state).length);
          const [{ rows, phase, steps }] = jobs;
          const seconds = jobs.reduce((sum, job) => sum + job.seconds, 0);
          return [
            named(rows),
            phase,
            String(steps),
            count("finished"),
            count("half"),
            count("missing"),
            count("diverged"),
            duration(seconds),
          ];
        }),
      },
    ],
    findings: [],
    notes: [...lacking(plan.arms), ...lackingData(plan.table)],
    records: plan.jobs.map(({ run, rows, seed, labeledSeed, phase, config, state, step, steps, seconds, basis }) => ({
      ...{
        table: plan.table,
        rows: rows.join(" · "),
        seed,
        labeled_seed: labeledSeed,
        phase,
        benchmark,
        labeled: config.labeled,
        preset,
        protocol,
      },
      ...{ state, step, steps, seconds: Math.round(seconds), basis, run },
    })),
  };
}

const inPlaces = ({ processes, threads }: TablePlan) =>
  `, ${processes === 1 ? "one after the other" : `${processes} side by side`} with ${threads} thread${threads === 1 ? "" : "s"} each`;

const named = (rows: readonly string[]) =>
  rows.length > 2 ? `${rows[0]} and ${rows.length - 1} more rows` : rows.join(" = ");

/** Jobs that differ in their seed alone. */
function alike(jobs: readonly TableJob[]): TableJob[][] {
  const groups = new Map<string, TableJob[]>();
  for (const job of jobs) {
    const key = JSON.stringify([job.phase, job.rows]);
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()];
}

/** A duration as a person says it: 45 s, 3 min, 2 h 5 min. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
