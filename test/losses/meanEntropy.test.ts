import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { meanEntropy } from "../../lib/losses/meanEntropy.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { checkLoss } from "./checkLoss.js";

before(() => startEngine());

test("its gradient is its slope, and every backend gives the same", async () => {
  for (const shape of [
    [2, 3, 4, 3],
    [2, 3, 2, 2, 3],
  ])
    await checkLoss({
      name: `meanEntropy ${shape.length}`,
      inputs: { logits: { shape } },
      run: ({ logits }) => meanEntropy(logits),
    });
});

// Four pixels, the third of which knows nothing and the last one everything. Plain Python: sm = lambda r: [math.exp(v)/sum(map(math.exp, r)) for v in r],
// h = lambda r: -sum(p*math.log(p) for p in sm(r) if p > 0), sum(map(h, z))/4/math.log(3); slopes [-p*(math.log(p) + h(r))/4/math.log(3) for r in z for p in sm(r)]
test("it is the mean of −Σ p ln p over ln C: 1 where nothing is known, 0 where a class is certain, without slope at either end", () =>
  inEveryForm(async (form) => {
    const logits = tf.tensor([1, 0, -1, 0, 2, 0.5, 0, 0, 0, 60, 0, -60], [1, 2, 2, 3]);
    const { terms, gradients } = lossAndGradients([logits], () => ({ loss: meanEntropy(logits) }));
    assertClose(await terms.loss.data(), [0.6105403034295552], 1e-6, form);
    const slopes = [-0.06430555, 0.03203368, 0.03227187, 0.03523821, -0.07464767, 0.03940945, 0, 0, 0, 0, 0, 0];
    assertClose(await gradients[0].data(), slopes, 1e-6, form);
  }));
