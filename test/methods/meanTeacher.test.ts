import assert from "node:assert/strict";
import { before, test } from "node:test";
import { startEngine } from "../../lib/engine/start.js";
import { rampUp } from "../../lib/optimizers/schedule.js";
import { type PartialConfig, resolveConfig } from "../../lib/training/config/config.js";
import { assertClose } from "../engine/numbers.js";
import { run, trial, values } from "./trial.js";

before(() => startEngine());

const isWeight = (path: string) => /weight|bias|scale|offset/.test(path);

test("after the first step the teacher's weights are the student's; then it follows at the warm-up rate", async () => {
  const trainer = trial("meanTeacher", { steps: 30 });
  let teacher = await values(trainer, "teacher/");
  for (let step = 0; step < 3; step++) {
    await run(trainer, 1, {}, step);
    const momentum = [0, 1 / 2, 2 / 3][step];
    const [student, moved] = [await values(trainer, "model/"), await values(trainer, "teacher/")];
    for (const [path, values] of Object.entries(moved)) {
      const weight = student[path.replace("teacher/", "model/")];
      if (isWeight(path))
        assertClose(
          values,
          teacher[path].map((value, i) => momentum * value + (1 - momentum) * weight[i]),
          1e-5,
          `step ${step}: ${path}`,
        );
    }
    teacher = moved;
  }
});

test("the teacher's running statistics are those of its own passes", async () => {
  const trainer = trial("meanTeacher");
  await run(trainer, 1);
  const [student, teacher] = [await values(trainer, "model/"), await values(trainer, "teacher/")];
  const path = "down.0.first.norm.mean";
  assert.notDeepEqual(teacher[`teacher/${path}`], student[`model/${path}`]);
  assert.notDeepEqual(
    Array.from(teacher[`teacher/${path}`]),
    Array.from(teacher[`teacher/${path}`], () => 0),
  );
});

test("the loss is the supervised one plus the consistency with its ramp, which waits for the pause to end", async () => {
  const trainer = trial("meanTeacher", { steps: 20, options: { pause: 0.2, weight: 5, ramp: 0.5 } });
  for (const [step, { loss, supervised, consistency }] of (await run(trainer, 12)).entries()) {
    const weight = step < 4 ? 0 : rampUp(step, { max: 5, length: 10 });
    assertClose([loss], [supervised + weight * consistency], 1e-6, `step ${step}`);
    assert.ok(consistency > 0);
  }
});

test("without weight on the consistency the student never hears of the teacher", async () => {
  const [slow, fast] = [
    trial("meanTeacher", { options: { weight: 0, momentum: 0.99 } }),
    trial("meanTeacher", { options: { weight: 0, momentum: 0, noise: 3 } }),
  ];
  for (const trainer of [slow, fast]) await run(trainer, 4);
  assert.deepEqual(await values(slow, "model/"), await values(fast, "model/"));
  assert.notDeepEqual(await values(slow, "teacher/"), await values(fast, "teacher/"));
});

test("on slices a thirtieth of the training is without consistency, on volumes none, as in the two scripts; released, both lower the rate by poly", () => {
  const of = (protocol: PartialConfig["protocol"], benchmark: string) => {
    const { options, steps, optimizer } = resolveConfig({ method: "meanTeacher", protocol, benchmark, preset: "full" });
    return [Number(options.pause) * steps, optimizer.schedule];
  };
  assert.deepEqual(of("released", "acdc"), [1_000, "poly"]);
  assert.deepEqual(of("released", "la"), [0, "poly"]);
  for (const protocol of ["lab", "paper"] as const) assert.equal(of(protocol, "la")[0], 0, protocol);
});
