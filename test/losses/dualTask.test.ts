import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { dualTask } from "../../lib/losses/dualTask.js";
import { squaredError } from "../../lib/losses/squaredError.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";

before(() => startEngine());

// Four voxels of a volume, three classes.
const logits = () => tf.tensor([1, 0, -1, 0, 2, 0.5, -1, 0.5, 1, 0.3, 0.2, -0.4], [1, 1, 2, 2, 3]);
const distances = () => tf.tensor([0.5, -0.2, -0.1, 0.4, 0.9, -0.6, 0.05, 0], [1, 1, 2, 2, 2]);

// Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r], sig = lambda v: 1/(1 + math.exp(v)),
// sum((sig(k*v) - p)**2 for r, e in zip(logits, distances) for v, p in zip(e, sm(r)[1:]))/4 for k of 3 and of 1500 (exponents limited to ±700)
test("the masks of the distances are compared with the foreground's probabilities: mean over voxels, sum over classes", () =>
  inEveryForm(async (form) => {
    const found = [dualTask(distances(), logits(), { steepness: 3 }), dualTask(distances(), logits())];
    assertClose(await found[0].data(), [0.14965922367747625], 1e-6, `${form}: 3`);
    assertClose(await found[1].data(), [0.3787831522236441], 1e-6, `${form}: 1500`);
  }));

// The same with k = 3, differentiated by central differences of 1e-6.
const ofLogits = [
  [0.0115672, 0.011879, -0.0234462, -0.0053785, 0.019767, -0.0143885],
  [0.0024767, 0.0607599, -0.0632366, 0.0193538, 0.0013518, -0.0207056],
].flat();
const ofDistances = [0.0139384, -0.1906776, 0.0592868, -0.0179381, 0.0252465, -0.0518662, -0.0319865, -0.1099545];

test("both heads are moved towards each other", () =>
  inEveryForm(async (form) => {
    const [z, d] = [logits(), distances()];
    const { gradients } = lossAndGradients([z, d], () => ({ loss: dualTask(d, z, { steepness: 3 }) }));
    assertClose(await gradients[0].data(), ofLogits, 1e-5, `${form}: logits`);
    assertClose(await gradients[1].data(), ofDistances, 1e-5, `${form}: distances`);
  }));

test("the squared error is a sum over classes of means over voxels", () =>
  inEveryForm(async (form) => {
    const truth = tf.tensor([0, -0.5, 0.2, 0.4, 1, -1, 0, 1], [1, 1, 2, 2, 2]);
    // (0.25 + 0.09 + 0.01 + 0.0025)/4 of the first, (0.09 + 0 + 0.16 + 1)/4 of the second
    assertClose(await squaredError(distances(), truth).data(), [0.3525 / 4 + 1.25 / 4], 1e-6, form);
  }));
