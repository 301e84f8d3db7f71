import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../engine/random.js";
import { writePng } from "../images/pictures/index.js";
import type { Phantom, PhantomOptions } from "./phantom.js";
import { develop } from "./scene.js";
import { street } from "./street.js";

const defaultSize = 1 / 8; // 256×128

// The cities of the official validation set, on which the paper tests.
const validated = ["frankfurt", "lindau", "munster"];

/** Streets seen from a car. */
export const cityscapes: Phantom = {
  name: "cityscapes",
  facts:
    "Like Cityscapes: the 19 classes, where they stand in a street seen from a car, about how much of the pixels each has and in how many scenes it occurs, the car's own bonnet as unlabelled. " +
    "Unlike it: objects are drawn of a few simple parts, and scenes of one city are no more alike than those of two.",
  defaultSize,
  async *write(folder, ids, options) {
    for (const [i, id] of ids.entries()) {
      const { image, label, shape } = cityscapesScene(id, options);
      const city = id.split("_")[0];
      const part = validated.includes(city) ? "val" : "train";
      const place = (kind: string) => {
        const path = join(folder, kind, part, city);
        mkdirSync(path, { recursive: true });
        return join(path, id);
      };
      await writePng(`${place("leftImg8bit")}_leftImg8bit.png`, image, shape);
      await writePng(`${place("gtFine")}_gtFine_labelIds.png`, label, shape);
      yield i + 1;
    }
  },
};

/** The photograph of an id such as "aachen_000000_000019", and the numbers of its `labelIds` file. */
export function cityscapesScene(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}) {
  const rng = stream(seed, "phantom cityscapes", id);
  const shape = [Math.round(1024 * size), Math.round(2048 * size)] as const;
  const scene = street(shape, rng, tail);
  return { image: develop(scene, rng), label: scene.label, shape };
}
