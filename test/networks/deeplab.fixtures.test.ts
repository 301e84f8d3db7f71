import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { meanCrossEntropy } from "../../lib/engine/ops/crossEntropy.js";
import { flatten, type Params, trainableByPath } from "../../lib/engine/params.js";
import { stream } from "../../lib/engine/random.js";
import type { Entry } from "../../lib/engine/safetensors.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import type { DeepLabOptions } from "../../lib/networks/deeplab/decoder.js";
import { deepLab } from "../../lib/networks/deeplab/deeplab.js";
import { lite0Encoder, lite0Names } from "../../lib/networks/lite0.js";
import type { Network } from "../../lib/networks/network.js";
import { fromPretrained, type Naming } from "../../lib/networks/pretrained.js";
import { resnetEncoder, resnetNames } from "../../lib/networks/resnet.js";
import { forms } from "../engine/forms.js";
import { assertClose, norm } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { noise } from "./noise.js";

/** What PyTorch gives, see fixtures/own/deeplab.py. */
interface Printed {
  options: Pick<DeepLabOptions, "width" | "lowWidth" | "rates" | "classes">;
  shape: [number, number, number];
  evaluation: number[];
  training: number[];
  loss: number;
  image_gradient: number[];
  gradient_norms: Record<string, number>;
  running_mean: number[];
}

before(() => startEngine());

const counts = [1, 1, 1, 2] as const;
const encoders = {
  lite0: { make: () => lite0Encoder(3), naming: lite0Names },
  basic: { make: () => resnetEncoder({ channels: 3, block: "basic", counts }), naming: resnetNames[0] },
  bottleneck: { make: () => resnetEncoder({ channels: 3, block: "bottleneck", counts }), naming: resnetNames[0] },
} as const;

const [{ data }] = fixtures<Record<keyof typeof encoders, Printed>>("deeplab");

for (const [name, { make, naming }] of Object.entries(encoders))
  for (const form of ["own", "stock"] as const)
    test(`${name}, ${form} operations: logits, loss, gradients and statistics are PyTorch's on the same weights`, () =>
      forms[form](() => check(make() as never, naming, data[name as keyof typeof encoders])));

async function check(encoder: Network["encoder"], naming: Naming, expected: Printed): Promise<void> {
  const network = deepLab("deepLab", encoder, expected.options) as Network;
  const params = network.init(stream(0, "init"));
  const theirs = decoderAndEncoder(naming);
  assignByFormula(params, theirs);
  const [batch, height, width] = expected.shape;
  const image = imageOf(batch, height, width);
  const labels = tf.tensor(
    Int32Array.from(
      { length: batch * height * width },
      (_, i) => (Math.floor((i * 7) / 5) % (expected.options.classes + 1)) - 1,
    ),
    expected.shape,
    "int32",
  );
  const looked = network.apply(params, image, { training: false }).grid;
  assertClose(everyNth(await looked?.logits.data(), 11), expected.evaluation, 1e-4, "logits in evaluation");
  let grid: tf.Tensor | undefined;
  const variables = trainableByPath(params);
  const pixels = tf.variable(image);
  const { terms, gradients } = lossAndGradients([...Object.values(variables), pixels], () => {
    const output = network.apply(params, pixels, { training: true });
    grid = output.grid && tf.keep(output.grid.logits);
    return { loss: meanCrossEntropy(output.logits, labels) };
  });
  assertClose(everyNth(await grid?.data(), 11), expected.training, 1e-4, "logits in training");
  assertClose(await terms.loss.data(), [expected.loss], 1e-5, "loss");
  const found = everyNth(await gradients[gradients.length - 1].data(), 97);
  assertClose(found, expected.image_gradient, 1e-4, "gradient of the image");
  const norms = await Promise.all(gradients.slice(0, -1).map(async (gradient) => norm(await gradient.data())));
  assert.equal(norms.length, Object.keys(expected.gradient_norms).length);
  for (const [at, path] of Object.keys(variables).entries()) {
    const length = expected.gradient_norms[theirs(path)];
    if (length < 1e-12) assert.ok(norms[at] < 1e-5, `${path}: an offset that the next norm cancels has ${norms[at]}`);
    else assertClose([norms[at]], [length], 1e-4, `length of the gradient of ${path}`);
  }
  const { mean } = (params as unknown as { classifier: { hidden: { norm: { mean: tf.Variable } } } }).classifier.hidden
    .norm;
  assertClose(await mean.data(), expected.running_mean, 1e-4, "running mean afterwards");
  tf.dispose([params as never, image, labels, pixels, terms, gradients, grid ?? []]);
}

const everyNth = (values: ArrayLike<number> | undefined, n: number) =>
  Array.from(values ?? []).filter((_, i) => i % n === 0);

/** The name in the script of each of our paths. */
const decoderAndEncoder = (naming: Naming) => (path: string) => {
  const [, owner, isNorm, value] = /^(.+?)(\.norm)?\.(\w+)$/.exec(path) ?? [];
  const values: Record<string, string> = {
    scale: "weight",
    offset: "bias",
    mean: "running_mean",
    variance: "running_var",
  };
  const named = (name: string | undefined) => `${name}.${isNorm ? values[value] : value}`;
  const found = naming.of(owner);
  if (found) return `encoder.${named(isNorm ? found.norm : found.weight)}`;
  const [, branch] = /^aspp\.branches\.(\d)$/.exec(owner) ?? [];
  if (branch) return named(`aspp.convs.${branch}.${isNorm ? 1 : 0}`);
  if (owner === "aspp.pooled") return named(`aspp.convs.4.${isNorm ? 2 : 1}`);
  if (owner === "classifier.out") return named("out");
  const places: Record<string, string> = { "aspp.project": "aspp.project", low: "low", "classifier.hidden": "hidden" };
  return named(`${places[owner]}.${isNorm ? 1 : 0}`);
};

/** Sets all variables to the values that the script's formula gives, which go through the file's layout. */
function assignByFormula(params: Params, nameOf: (path: string) => string): void {
  const variables = flatten(params);
  const names = Object.fromEntries(Object.keys(variables).map((path) => [nameOf(path), path]));
  const file = Object.fromEntries(
    Object.keys(names)
      .sort()
      .map((name, k): [string, Entry] => {
        const { shape, rank } = variables[names[name]];
        const [height, width, inputs, outputs] = shape;
        const torch = rank < 4 ? shape : outputs === 1 ? [inputs, 1, height, width] : [outputs, inputs, height, width];
        const values = noise(torch, k);
        const fan = torch.slice(1).reduce((a, b) => a * b, 1);
        const isShift = /running_mean$|bias$/.test(name);
        const of = (value: number) =>
          rank === 4 ? value * Math.sqrt(6 / fan) : isShift ? 0.1 * value : 1 + 0.3 * value;
        return [name, { shape: torch, values: values.map(of) }];
      }),
  );
  const naming: Naming = { form: "the script", ignored: /^$/, of: () => undefined };
  const shapes = Object.fromEntries(Object.entries(variables).map(([path, { shape }]) => [path, shape]));
  const entries = fromPretrained(file, shapes, [{ ...naming, of: namedBy(nameOf) }], "formula");
  for (const [path, variable] of Object.entries(variables))
    tf.tidy(() => variable.assign(tf.tensor(entries[path].values, variable.shape)));
}

/** A naming out of a function of whole paths. */
const namedBy =
  (nameOf: (path: string) => string): Naming["of"] =>
  (owner) => {
    const bare = (path: string) => nameOf(path).replace(/\.\w+$/, "");
    return { weight: bare(`${owner}.weight`), norm: bare(`${owner}.norm.scale`) };
  };

function imageOf(batch: number, height: number, width: number): tf.Tensor {
  return tf.tidy(() =>
    tf.tensor(noise([batch, 3, height, width], 1000), [batch, 3, height, width]).transpose([0, 2, 3, 1]),
  );
}
