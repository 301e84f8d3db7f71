import assert from "node:assert/strict";
import { test } from "node:test";
import { quickstartArms } from "../../lib/reports/quickstart.js";
import { type Job, jobsOf } from "../../lib/runs/job.js";
import { paceIn } from "../../lib/runs/pace.js";
import { timeLeft } from "../../lib/runs/timeLeft.js";

/** What a trace of a series of trainings says: the seconds that are left, as they are shown at each step, and in truth. */
function traced({ factors, processes }: { factors: Record<string, number>; processes: number }) {
  const jobs = jobsOf(quickstartArms());
  const paceOf = paceIn("/nowhere");
  const seconds = ({ config }: Job) => paceOf(config).secondsPerStep * (factors[config.method] ?? 1);
  let clock = 0;
  const left = timeLeft(jobs, { processes, paceOf, now: () => clock });
  const events: { at: number; act: () => void }[] = [];
  const free = Array.from({ length: processes }, () => 0);
  const ends = new Map<Job, number>();
  for (const job of jobs) {
    free.sort((a, b) => a - b);
    let time = Math.max(free[0], ...job.needs.map((need) => ends.get(need) ?? 0)) + 0.5;
    for (let step = 1; step <= job.config.steps; step++) {
      const isValidated = step % job.config.validateEvery === 0;
      time += seconds(job) * (step === 1 ? 8 : 1) + (isValidated ? 1.5 : 0); // the first step makes what stays
      const validation = isValidated ? { dice: 0.5, perClass: [] } : undefined;
      events.push({ at: time, act: () => left.stepped(job, { step, validation }) });
    }
    if (job.phase === "training")
      for (let done = 1; done <= 20; done++) {
        time += 0.15;
        events.push({ at: time, act: () => left.scored(job, done, 20) });
      }
    events.push({ at: time, act: () => left.ended(job) });
    free[0] = time;
    ends.set(job, time);
  }
  events.sort((a, b) => a.at - b.at);
  const end = events.at(-1)?.at ?? 0;
  return events.map(({ at, act }) => {
    clock = at;
    act();
    return { at, truth: end - at, shown: left.seconds(), end };
  });
}

const cases = [
  ["as assumed", {}],
  ["three times as slow", { supervised: 3, meanTeacher: 3, relational: 3, arco: 3 }],
  ["one method much slower than the others", { arco: 4 }],
] as const;

for (const [name, factors] of cases)
  for (const processes of [1, 2, 4])
    test(`the time left goes down with the clock and does not jump, ${name}, ${processes} at a time`, () => {
      const trace = traced({ factors, processes });
      for (const [at, { at: time, shown, truth, end }] of trace.entries()) {
        const before = trace[at - 1] ?? { shown, at: time };
        const passed = time - before.at;
        const jump = Math.abs(shown - (before.shown - passed));
        assert.ok(
          jump <= 2 + 0.25 * passed + 0.04 * Math.max(shown, before.shown),
          `${before.shown} → ${shown} s in ${passed} s`,
        );
        if (time > 0.4 * end && truth > 10)
          assert.ok(shown > 0.6 * truth && shown < 1.7 * truth, `${shown} s shown, ${truth} s in truth`);
      }
      assert.ok((trace.at(-1)?.shown ?? 1) < 1);
    });
