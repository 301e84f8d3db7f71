import { stream } from "../engine/random.js";
import { distance } from "../metrics/distance.js";
import { type Mask, score } from "../metrics/score.js";
import { type Bench, median, sideOf, timed } from "./bench.js";

const slices = 128;

/** All metrics of one class in one volume of size × size × 128 voxels: two overlapping balls with a rough surface. */
export const metrics: Bench = {
  title: "Dice, Jaccard, HD95, ASD and ASSD of one class in a volume of size² × 128 voxels",
  engine: false,
  defaults: { size: 256, steps: 10 },
  async run({ size: asked, steps }) {
    const size = sideOf(asked);
    const shape = [slices, size, size];
    const [prediction, truth] = [ball(shape, 0.45), ball(shape, 0.55)];
    const options = { spacing: [10, 1.25, 1.25] };
    const times = await timed(steps, async () => score(prediction, truth, options), 1);
    const transforms = await timed(steps, async () => distance(truth, options), 1);
    const found = { size, voxels: slices * size * size, distanceTransformMs: median(transforms) };
    return { times, ...found, ...score(prediction, truth, options) };
  },
};

function ball(shape: readonly number[], centre: number): Mask {
  const rng = stream(0, "ball", centre * 100);
  const [depth, height, width] = shape;
  const data = new Uint8Array(depth * height * width);
  let i = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) {
        const distance = Math.hypot(z / depth - 0.5, y / height - 0.5, x / width - centre);
        data[i] = distance + 0.02 * rng.uniform() < 0.3 ? 1 : 0;
      }
  return { data, shape };
}
