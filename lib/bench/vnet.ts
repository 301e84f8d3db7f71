import { tensorCount } from "../engine/memory.js";
import { type Bench, type BenchOptions, sidesOf, timed } from "./bench.js";
import { stepper } from "./methodStep.js";
import { besidePyTorch } from "./pytorch.js";

/** The patches and classes of LA. */
export const volume: Partial<BenchOptions> = { size: [112, 112, 80], classes: 2 };

/** One supervised training step of the V-Net on random volumes, in turns with PyTorch's. */
export const vnet: Bench = {
  title: "one supervised training step of the V-Net on random volumes, in turns with PyTorch's",
  defaults: { ...volume, labeled: 1, unlabeled: 0, steps: 5 },
  async run({ size, classes, labeled, steps }) {
    const { step, dispose } = stepper("supervised", { size, classes, labeled, unlabeled: 0 });
    await step(0); // makes what stays: momenta
    const before = tensorCount();
    const { times, ...beside } = await besidePyTorch(
      { work: "step", size: sidesOf(size), classes, batch: labeled, steps, warmUp: 2 },
      async (index) => (await timed(1, () => step(index), 0))[0],
    );
    const after = tensorCount();
    dispose();
    const grown = after.tensors + after.native - before.tensors - before.native;
    return { times, size, classes, labeled, tensors: after.tensors, grown, ...beside };
  },
};
