import { z } from "zod";
import type { RunRecord } from "../../runs/records.js";
import { canonical, isRecord, parse } from "../../training/config/schema.js";
import { overlayOf } from "../overlay.js";
import { scalarsOf } from "../scalars.js";
import { type MlflowClient, mlflowClient } from "./client.js";

/** Where runs are brought. */
export interface MlflowOptions {
  uri: string;
  /** Name of the experiment, made where it is not there. */
  experiment: string;
  /** Name of the run that is the parent of all, such as a sweep or a table. */
  parent?: string;
  onRun?: (name: string) => void;
}

/** The tag by which a run is found again. */
const tagName = "arco.run";
const experimentSchema = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const createdSchema = z.object({ experiment_id: z.string() });
const runSchema = z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) });
const oneSchema = z.object({ run: runSchema });
const foundSchema = z.object({ runs: z.array(runSchema).optional() });
type Found = z.infer<typeof runSchema>["info"];

/**
 * Brings runs into MLflow: their configs as params, their logs and scores as metrics, config, scores and overlays as artifacts. It can be repeated: a run is
 * found again by its name, and MLflow keeps what it has already once. Gives how many were brought.
 */
export async function exportMlflow(runs: readonly RunRecord[], options: MlflowOptions): Promise<number> {
  const { uri, experiment, parent, onRun } = options;
  const client = mlflowClient(uri);
  const place = await experimentOf(client, experiment);
  const above =
    parent === undefined ? undefined : await runOf(client, place, { name: parent, started: startOf(runs[0]) });
  for (const run of runs) {
    const info = await runOf(client, place, { name: run.name, started: startOf(run), parent: above?.run_id });
    await bring(client, run, info);
    onRun?.(run.name);
  }
  if (above) await client.post("runs/update", { run_id: above.run_id, status: "FINISHED" });
  return runs.length;
}

/** When a run was begun, in milliseconds since 1970. */
const startOf = (run: RunRecord | undefined) => new Date(run?.environments[0]?.started ?? 0).getTime();

async function experimentOf(client: MlflowClient, name: string): Promise<string> {
  const found = await client.get("experiments/get-by-name", { experiment_name: name });
  if (found) return parse(experimentSchema, found, "MLflow").experiment.experiment_id;
  return parse(createdSchema, await client.post("experiments/create", { name }), "MLflow").experiment_id;
}

/** A run of an experiment by its name, made where it is not there. */
async function runOf(
  client: MlflowClient,
  experiment: string,
  { name, started, parent }: { name: string; started: number; parent?: string },
): Promise<Found> {
  const filter = `tags."${tagName}" = '${name}'`;
  const answer = await client.post("runs/search", { experiment_ids: [experiment], filter, max_results: 1 });
  const [found] = parse(foundSchema, answer, "MLflow").runs ?? [];
  if (found) return found.info;
  const tags = Object.entries({ [tagName]: name, ...(parent && { "mlflow.parentRunId": parent }) });
  const created = await client.post("runs/create", {
    ...{ experiment_id: experiment, run_name: name, start_time: started },
    tags: tags.map(([key, value]) => ({ key, value })),
  });
  return parse(oneSchema, created, "MLflow").run.info;
}

async function bring(client: MlflowClient, run: RunRecord, { run_id, artifact_uri }: Found): Promise<void> {
  const { config, log, metrics } = run;
  const timestamp = startOf(run); // the log knows no times
  const params = Object.entries(flat(config)).map(([key, value]) => ({ key, value: value.slice(0, 6000) }));
  const rows = log.map((row) => ({ step: row.step, scalars: scalarsOf(row) }));
  if (metrics) rows.push({ step: config.steps, scalars: scalarsOf({ step: config.steps, test: metrics.mean }) });
  const points = rows.flatMap(({ step, scalars }) =>
    Object.entries(scalars).map(([key, value]) => ({ key, value, timestamp, step })),
  );
  // as much as MLflow takes at once
  for (let at = 0; at < params.length; at += 100)
    await client.post("runs/log-batch", { run_id, params: params.slice(at, at + 100) });
  for (let at = 0; at < points.length; at += 1000)
    await client.post("runs/log-batch", { run_id, metrics: points.slice(at, at + 1000) });
  await client.put(artifact_uri, "config.json", Buffer.from(JSON.stringify(config, undefined, 2)));
  if (metrics) await client.put(artifact_uri, "metrics.json", Buffer.from(JSON.stringify(metrics, undefined, 2)));
  const picture = await overlayOf(run);
  if (picture) await client.put(artifact_uri, "overlays.png", picture.png);
  const isDone = metrics !== undefined;
  await client.post("runs/update", { run_id, status: isDone ? "FINISHED" : "RUNNING" });
}

/** The fields of a config by their paths: "optimizer.rate". */
function flat(value: object, path: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) =>
      isRecord(field)
        ? Object.entries(flat(field, [...path, key]))
        : [[[...path, key].join("."), typeof field === "string" ? field : canonical(field)]],
    ),
  );
}
