import { stream } from "../engine/random.js";
import { gridGroups } from "../samplers/groups.js";
import { samplers as all } from "../samplers/index.js";
import { type Population, populationOf } from "../samplers/population.js";
import { type Bench, median, sideOf, timed } from "./bench.js";

const classes = 4; // of ACDC

/** Grouping of the pixels of a batch, class by class, and the two draws of the contrastive loss by each sampler: 256 queries from many pixels and their 131,072 keys from a bank. */
export const samplers: Bench = {
  title:
    "groups of all pixels of a batch in four classes; 131,072 draws from 30,000 pixels and 256 from 65,536 by each sampler",
  engine: false,
  defaults: { size: 256, labeled: 4, unlabeled: 0, steps: 30 },
  async run({ size: asked, labeled, unlabeled, steps }) {
    const size = sideOf(asked);
    const images = labeled + unlabeled;
    const batch = classesOf(images, size);
    const times = await timed(steps, async () => batch.map((population) => gridGroups(population)), 10);
    const draws: Record<string, { keysMs: number; queriesMs: number }> = {};
    for (const [name, { draw }] of Object.entries(all)) {
      const measure = async (population: Population, n: number) => {
        const groups = gridGroups(population);
        const rng = stream(0, "bench", name, n);
        return median(await timed(steps, async () => draw(population, groups, n, rng), 10));
      };
      draws[name] = { keysMs: await measure(first(30_000), 131_072), queriesMs: await measure(first(65_536), 256) };
    }
    return { times, size, images, draws };
  },
};

/** Every pixel belongs to one of the classes, in blobs. */
function classesOf(images: number, size: number): Population[] {
  const shape = [size, size];
  const label = Int32Array.from({ length: images * size * size }, (_, i) =>
    Math.floor((classes / 2) * (1 + 0.99 * Math.sin(i / 9) * Math.cos(i / size / 7))),
  );
  return Array.from({ length: classes }, (_, c) =>
    populationOf(
      label.map((own) => Number(own === c)),
      shape,
    ),
  );
}

const first = (count: number): Population => ({
  pixels: Int32Array.from({ length: count }, (_, i) => i),
  shape: [256, 256],
});
