import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { enqueue } from "../../lib/engine/ops/enqueue.js";
import { average } from "../../lib/engine/ops/update.js";
import { flatten, parameter, statistic } from "../../lib/engine/params.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { Linear } from "../../lib/heads/linear.js";
import type { Projection } from "../../lib/heads/projection.js";
import { windows } from "../../lib/heads/windows.js";
import { layouts, relational } from "../../lib/losses/relational.js";
import { againstPool } from "../../lib/pretraining/comparison.js";
import { embed, globalMaps } from "../../lib/pretraining/levels.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, entry, type Printed } from "../torch.js";

/** The relational loss, and a whole forward pass of the pre-training, by the reference implementation, see fixtures/README.md. */
interface Pretraining {
  logits_kld_cases: {
    Ts: number;
    Tt: number;
    z_student: Printed;
    z_teacher: Printed;
    queue: Printed;
    loss: number;
    grad_student: Printed;
  }[];
  isd_forward: Forward;
}

interface Forward {
  m: number;
  Ts: number;
  Tt: number;
  output_pooling_size: number;
  patch_size: number;
  step: number;
  heads_before: Record<string, Printed>;
  queue_before: Printed;
  queue_mask_before: Printed;
  student_outputs: Printed;
  student_latent: Printed;
  teacher_outputs: Printed;
  teacher_latent: Printed;
  loss_latent: number;
  loss_output: number;
  grad_student_outputs: Printed;
  grad_student_latent: Printed;
  grad_heads: Record<string, Printed>;
  k_heads_after: Record<string, Printed>;
  queue_after: Printed;
  queue_mask_after: Printed;
}

before(() => startEngine());

for (const { name, data } of fixtures<Pretraining>("isd_pretrain")) {
  for (const { Ts, Tt, ...given } of data.logits_kld_cases)
    test(`${name}, temperatures ${Ts} and ${Tt}: the loss and its gradient are the reference's`, () =>
      inEveryForm(async (form) => {
        const rows = ({ shape, data }: Printed) => tf.tensor(data, [1, ...shape]);
        const student = tf.variable(rows(given.z_student));
        const { terms, gradients } = lossAndGradients([student], () => ({
          loss: relational(student, rows(given.z_teacher), rows(given.queue), {
            studentTemperature: Ts,
            teacherTemperature: Tt,
          }),
        }));
        assertClose(await terms.loss.data(), [given.loss], 1e-5, `${form}: loss`);
        assertClose(await gradients[0].data(), given.grad_student.data, 1e-4, `${form}: gradient`);
      }));

  test(`${name}: heads, losses, gradients and pools of a whole pass are the reference's`, () =>
    inEveryForm((form) => checkForward(data.isd_forward, form)));
}

async function checkForward(given: Forward, form: string): Promise<void> {
  const heads = (printed: Record<string, Printed>) => ({
    global: {
      student: projection(printed, "q_latent_head.f1", "q_latent_head.f2"),
      teacher: projection(printed, "k_latent_head.f1", "k_latent_head.f2"),
      predictor: projection(printed, "latent_predictor.0", "latent_predictor.1"),
    },
    local: {
      student: projection(printed, "q_outputs_head.proj.1", "q_outputs_head.proj.2"),
      teacher: projection(printed, "k_outputs_head.proj.1", "k_outputs_head.proj.2"),
      predictor: projection(printed, "outputs_predictor.0", "outputs_predictor.1"),
    },
  });
  const { global, local } = heads(given.heads_before);
  average([global.teacher, local.teacher], [global.student, local.student], given.m);
  const after = heads({ ...given.heads_before, ...given.k_heads_after });
  await assertSame({ global, local }, after, 1e-5, `${form}: heads after averaging`);

  const cut = {
    size: [given.patch_size, given.patch_size],
    stride: [given.step, given.step],
    pooled: given.output_pooling_size,
  };
  const [capacity, embedding] = given.queue_before.shape;
  const pools = {
    global: statistic(tf.tensor(given.queue_before.data, [capacity, 1, embedding])),
    local: statistic(tf.tensor(given.queue_mask_before.data, given.queue_mask_before.shape)),
  };
  const latent = tf.variable(channelsLast(given.student_latent));
  const outputs = tf.variable(channelsLast(given.student_outputs));
  const teacherMaps = {
    global: globalMaps(channelsLast(given.teacher_latent)),
    local: windows(channelsLast(given.teacher_outputs), cut),
  };
  const trained = flatten({ global, local });
  const options = { studentTemperature: given.Ts, teacherTemperature: given.Tt };
  const { terms, gradients } = lossAndGradients([latent, outputs, ...Object.values(trained)], () => {
    const studentOf = (maps: tf.Tensor, { student, predictor }: typeof global) =>
      embed(maps, [student, predictor], "none");
    const compare = (level: "global" | "local", maps: tf.Tensor, own: typeof global) =>
      againstPool(
        studentOf(maps, own),
        embed(teacherMaps[level], [own.teacher], "none"),
        pools[level],
        layouts[level === "global" ? "window" : "released"],
        options,
      );
    const [first, second] = [
      compare("global", globalMaps(latent), global),
      compare("local", windows(outputs, cut), local),
    ];
    return { loss: first.add(second) as tf.Scalar, first, second };
  });
  assertClose(await terms.first.data(), [given.loss_latent], 1e-5, `${form}: global loss`);
  assertClose(await terms.second.data(), [given.loss_output], 1e-5, `${form}: local loss`);
  assertClose(
    await channelsFirst(gradients[0]),
    given.grad_student_latent.data,
    1e-4,
    `${form}: gradient of the bottleneck`,
  );
  assertClose(
    await channelsFirst(gradients[1]),
    given.grad_student_outputs.data,
    1e-4,
    `${form}: gradient of the logits`,
  );
  const expected = flatten(heads(given.grad_heads));
  for (const [at, path] of Object.keys(trained).entries())
    assertClose(await gradients[2 + at].data(), await expected[path].data(), 1e-4, `${form}: gradient of ${path}`);

  enqueue(pools.global, embed(teacherMaps.global, [global.teacher], "none"), 0);
  enqueue(pools.local, layouts.released.stored(embed(teacherMaps.local, [local.teacher], "none")), 0);
  assertClose(await pools.global.data(), given.queue_after.data, 1e-5, `${form}: global pool`);
  assertClose(await pools.local.data(), given.queue_mask_after.data, 1e-5, `${form}: local pool`);
}

/** Two layers out of PyTorch's, whose weights are [out, in] or [out, in, 1, 1]. */
function projection(printed: Record<string, Printed>, first: string, second: string): Projection {
  const layer = (name: string): Linear => {
    const [weight, bias] = [entry(printed[`${name}.weight`]), entry(printed[`${name}.bias`])];
    const [out, inputs] = weight.shape;
    return {
      weight: parameter(tf.tidy(() => tf.tensor(weight.values, [out, inputs]).transpose())),
      bias: parameter(tf.tensor(bias.values, [out])),
    };
  };
  return { first: layer(first), second: layer(second) };
}

async function assertSame(
  actual: Parameters<typeof flatten>[0],
  expected: Parameters<typeof flatten>[0],
  tolerance: number,
  what: string,
): Promise<void> {
  const [found, wanted] = [flatten(actual), flatten(expected)];
  for (const [path, variable] of Object.entries(found))
    assertClose(await variable.data(), await wanted[path].data(), tolerance, `${what}: ${path}`);
}
