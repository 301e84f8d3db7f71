import { stream } from "../engine/random.js";
import { type Images, type PhotometricOptions, photometric } from "../images/augment/photometric.js";

/** What decides the views of a step. */
export interface ViewOptions {
  seed: number;
  step: number;
  /** "independent": student and teacher see changes of their own; "blurOnly": the same ones, but only the teacher's images are blurred. */
  views: "independent" | "blurOnly";
  /** Whether the teacher's views pass through 8 bits. */
  quantise8: boolean;
}

/** Brightness, contrast and blur of the released pre-training. */
const strength: PhotometricOptions = { jitterProbability: 0.5, brightness: 0.2, contrast: 0.2, blurProbability: 0.5 };

/**
 * What student and teacher see of a batch: every image once and, behind those, the teacher further views of the images numbered in `further`.
 * (In the released code only the blur differs, because its jitter writes into the tensor that both read.)
 */
export function viewsOf(
  images: Images,
  further: readonly number[],
  { seed, step, views, quantise8 }: ViewOptions,
): { student: Images; teacher: Images } {
  const all = [...Array(images.shape[0]).keys()];
  const see = (numbers: readonly number[], whose: string, options: PhotometricOptions): Images => {
    const chosen = pick(images, numbers);
    const rngs = numbers.map((_, slot) => stream(seed, `relational ${whose} view`, step, slot));
    return { ...chosen, values: photometric(chosen, rngs, options) };
  };
  const isShared = views === "blurOnly";
  return {
    student: see(all, isShared ? "shared" : "student", isShared ? { ...strength, blurProbability: 0 } : strength),
    teacher: see([...all, ...further], isShared ? "shared" : "teacher", { ...strength, quantise8 }),
  };
}

/** Some of the images, by number. */
function pick({ values, shape: [count, ...size] }: Images, numbers: readonly number[]): Images {
  const length = values.length / count;
  const picked = new Float32Array(numbers.length * length);
  for (const [at, number] of numbers.entries())
    picked.set(values.subarray(number * length, (number + 1) * length), at * length);
  return { values: picked, shape: [numbers.length, ...size] };
}
