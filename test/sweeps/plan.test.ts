import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { jobsOf } from "../../lib/runs/job.js";
import { agendaOf } from "../../lib/sweeps/agenda.js";
import { configArms, gridArms } from "../../lib/sweeps/grid.js";
import { placesOf } from "../../lib/sweeps/places.js";
import { extendPlan, type PlannedJob, readPlan } from "../../lib/sweeps/plan.js";
import { resolveConfig } from "../../lib/training/config/config.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-plan-");
const once = { seeds: [0], draws: [0] };
const options = { threads: 1, imports: [] };
const rates = (...values: number[]) =>
  jobsOf(gridArms({ axes: [{ path: ["optimizer", "rate"], values }], config: { method: "arco" }, ...once }));

test("a plan gives back the trainings that it was made of; extended, it keeps every line that it had", async () => {
  const places = placesOf(home, "kept");
  assert.equal(await extendPlan(places, rates(0.01, 0.02), options), 3, "a pre-training that two share, and these");
  const before = readFileSync(places.plan, "utf8");
  assert.equal(await extendPlan(places, rates(0.01, 0.02), options), 0);
  assert.equal(readFileSync(places.plan, "utf8"), before);
  assert.equal(await extendPlan(places, rates(0.02, 0.03), options), 1);
  assert.ok(readFileSync(places.plan, "utf8").startsWith(before));
  const told = ({ name, config, phase, needs }: PlannedJob) => [name, config, phase, needs.map(({ name }) => name)];
  const expected = rates(0.01, 0.02, 0.03).map((job) =>
    told({ ...job, at: 0, code: "", again: false, goOn: false } as PlannedJob),
  );
  assert.deepEqual(readPlan(places).jobs.map(told), expected);
});

test("a plan is trained with equal threads from beginning to end; a damaged line is named", async () => {
  const places = placesOf(home, "alike");
  await extendPlan(places, rates(0.01), options);
  await assert.rejects(extendPlan(places, rates(0.02), { ...options, threads: 2 }), {
    name: "Problem",
    message: /plan\.jsonl: begun with 1 thread, found 2 threads; .* choose another name/,
  });
  writeFileSync(places.plan, `${readFileSync(places.plan, "utf8")}{"run":`);
  assert.throws(() => readPlan(places), {
    name: "Problem",
    message: /plan\.jsonl:6: not a line of JSON; move the plan away/,
  });
});

test("a grid has every combination, named by what differs; a file of configs names the line that is wrong", () => {
  const axes = [
    { path: ["method"], values: ["supervised", "meanTeacher"] },
    { path: ["optimizer", "rate"], values: [0.01, 0.02, 0.03] },
  ];
  const arms = gridArms({ axes, seeds: [0, 1], draws: [0] });
  assert.equal(arms.length, 6);
  assert.equal(arms[4].title, "method=meanTeacher optimizer.rate=0.02");
  assert.deepEqual(
    arms[4].configs,
    [0, 1].map((seed) => resolveConfig({ method: "meanTeacher", optimizer: { rate: 0.02 }, seed })),
  );
  const file = join(home, "configs.jsonl");
  writeFileSync(file, '{"method":"supervised"}\n\n{"methd":"arco"}\n');
  assert.throws(() => configArms(file, once), {
    name: "Problem",
    message: /configs\.jsonl:3: unknown key "methd"; did you mean "method"/,
  });
});

test("workers that begin at once rarely want the same run, and keep the plan's order; what needs another waits for it", () => {
  const job = (at: number, needs: readonly PlannedJob[] = []) =>
    ({ name: String(at), at, needs }) as unknown as PlannedJob; // no more is asked of it
  const jobs = Array.from({ length: 10_000 }, (_, at) => job(at));
  const workers = 1000;
  const fresh = agendaOf(jobs, { among: workers }); // as each of them has it at the start
  const wanted = Array.from({ length: workers }, (_, worker) => Number(fresh.next(stream(worker, "worker"))?.at));
  assert.ok(Math.max(...wanted) < 2 * workers);
  const counts = new Map<number, number>();
  for (const at of wanted) counts.set(at, (counts.get(at) ?? 0) + 1);
  assert.ok(Math.max(...counts.values()) <= 8, "1,000 draws from 2,000: 8 of one are less likely than 1 in 5,000");

  const first = job(0);
  const agenda = agendaOf([first, job(1, [first]), job(2)], { among: 10 });
  const rng = stream(0, "worker");
  agenda.setAside(first);
  assert.equal(agenda.next(rng)?.name, "2");
  agenda.ended("2", "finished");
  assert.equal(agenda.next(rng), undefined);
  assert.deepEqual(agenda.awaited(), [first]);
  agenda.ended("0", "finished");
  assert.equal(agenda.next(rng)?.name, "1");
});
