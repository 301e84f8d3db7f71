import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { jobsOf } from "../../lib/runs/job.js";
import { readRun } from "../../lib/runs/records.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { extendPlan } from "../../lib/sweeps/plan.js";
import { arco, temporary } from "../cli/arco.js";
import { sampleRun } from "../runs/samples.js";
import { serve, trackers } from "./python.js";

/** What the server says of a run. */
interface Brought {
  info: { run_id: string; run_name: string; status: string };
  data: Record<"tags" | "params", { key: string; value: string }[]>;
}

const program = trackers();
const home = temporary();
const runs = join(home, "runs");

test("a real MLflow server has params, metrics, files and the parent of a sweep's runs, each once however often they are brought", async () => {
  const { uri, child } = await serve(
    program("mlflow"),
    (port) => [
      ...["server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${home}/mlflow.db`, "--artifacts-destination", join(home, "artifacts")],
    ],
    "/health",
  );
  const done = await sampleRun(runs, { steps: 6, validateEvery: 3 });
  const half = await sampleRun(runs, { steps: 6, validateEvery: 3, seed: 1 }, { finished: false });
  const configs = [done, half].map(({ folder }) => readRun(folder).config);
  await extendPlan(placesOf(runs, "both"), jobsOf([{ title: "both", configs }]), { threads: 1, imports: [] });
  for (let times = 0; times < 2; times++) {
    const { status, out, err } = await arco(
      "export",
      "mlflow",
      "--uri",
      uri,
      "--runs",
      runs,
      "--sweep",
      "both",
      "--json",
    );
    assert.equal(status, 0, err);
    assert.deepEqual(JSON.parse(out), { runs: 2 });
  }
  const ask = async (call: string, body?: object) => {
    const given = body && {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    };
    return JSON.parse(await (await fetch(`${uri}/api/2.0/mlflow/${call}`, given)).text());
  };
  const { experiment } = await ask("experiments/get-by-name?experiment_name=arco");
  const found = await ask("runs/search", { experiment_ids: [experiment.experiment_id] });
  const named = (name: string): Brought => found.runs.find(({ info }: Brought) => info.run_name === name);
  assert.equal(found.runs.length, 3);
  const [parent, first, second] = [named("both"), named(basename(done.folder)), named(basename(half.folder))];
  const tag = ({ data }: Brought, name: string) => data.tags.find(({ key }) => key === name)?.value;
  for (const run of [first, second]) assert.equal(tag(run, "mlflow.parentRunId"), parent.info.run_id);
  assert.deepEqual([first.info.status, second.info.status], ["FINISHED", "RUNNING"]);
  const param = first.data.params.find(({ key }) => key === "optimizer.rate");
  assert.equal(param?.value, String(configs[0].optimizer.rate));
  const history = `metrics/get-history?run_id=${first.info.run_id}&metric_key=loss&max_results=100`; // else its pages are empty
  const { metrics } = await ask(history);
  assert.deepEqual(
    metrics.map(({ step, value }: { step: number; value: number }) => [step, value]),
    readRun(done.folder).log.flatMap((row) => (typeof row.loss === "number" ? [[row.step, row.loss]] : [])),
  );
  const { files } = await ask(`artifacts/list?run_id=${first.info.run_id}`);
  assert.deepEqual(files.map(({ path }: { path: string }) => path).sort(), [
    "config.json",
    "metrics.json",
    "overlays.png",
  ]);
  assert.ok(readdirSync(join(home, "artifacts")).length > 0);
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
});

test("a server that is not there is one clear line", async () => {
  const { status, err } = await arco("export", "mlflow", "--uri", "http://127.0.0.1:9", "--runs", runs);
  assert.equal(status, 1);
  assert.match(err, /^arco: http:\/\/127\.0\.0\.1:9: no MLflow server answers \(.*\); start one with "mlflow server"/m);
});
