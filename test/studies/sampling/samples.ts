import { stream } from "../../../lib/engine/random.js";
import { populationOf } from "../../../lib/samplers/population.js";
import type { LossField } from "../../../lib/studies/sampling/lossField.js";

/** A disc in two images of 24 × 24 pixels, with losses that fall along the rows and are noisy. */
export function field({ step = 0, title = "disc", noise = 0.2 } = {}): LossField {
  const mask = Uint8Array.from({ length: 2 * 24 * 24 }, (_, i) =>
    Number(Math.hypot((i % 24) - 12, (Math.floor(i / 24) % 24) - 11) < 9.8),
  );
  const population = populationOf(mask, [24, 24]);
  const rng = stream(step, title);
  const losses = (name: number) =>
    Float32Array.from(population.pixels, (pixel) => 5 + name + 0.1 * (pixel % 24) + noise * rng.normal());
  return { step, class: 1, title, population, losses: losses(0), gradients: [losses(1), losses(2)] };
}

/** A slice with the same disc. */
export function slice() {
  const { population } = field();
  const pixels = population.pixels.filter((pixel) => pixel < 24 * 24);
  const region = new Uint8Array(24 * 24);
  for (const pixel of pixels) region[pixel] = 1;
  return {
    id: "made",
    name: "disc",
    color: [0, 158, 115] as const,
    image: Float32Array.from({ length: 24 * 24 }, (_, i) => Math.sin(i / 7)),
    shape: [24, 24] as const,
    region,
    population: { pixels, shape: [24, 24] },
  };
}
