import { before, test } from "node:test";
import { average, warmUpMomentum } from "../../lib/engine/ops/update.js";
import { parameter } from "../../lib/engine/params.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { entry, type Printed } from "../torch.js";

/** A teacher that follows a student over three steps in the reference implementation, see fixtures/README.md. */
interface Averages {
  m: number;
  teacher_before: Printed;
  student_at_step: Printed[];
  teacher_after_step: Printed[];
  "update_ema_variables_alpha_0.99": Printed[];
}

before(() => startEngine());

for (const { name, data } of fixtures<Averages>("ema")) {
  test(`${name}: the moving average at a fixed rate is the reference's`, () =>
    inEveryForm((form) => check(data, data.teacher_after_step, () => data.m, form)));
  test(`${name}: the moving average with warm-up is the reference's`, () =>
    inEveryForm((form) =>
      check(data, data["update_ema_variables_alpha_0.99"], (step) => warmUpMomentum(step, 0.99), form),
    ));
}

async function check(
  { teacher_before, student_at_step }: Averages,
  expected: Printed[],
  momentum: (step: number) => number,
  form: string,
): Promise<void> {
  const variable = (printed: Printed) => parameter(tf.tensor(entry(printed).values, printed.shape));
  const teacher = variable(teacher_before);
  for (const [step, student] of student_at_step.entries()) {
    average(teacher, variable(student), momentum(step));
    assertClose(await teacher.data(), expected[step].data, 1e-5, `${form}: after step ${step}`);
  }
}
