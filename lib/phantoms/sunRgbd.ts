import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stream } from "../engine/random.js";
import { writeJpeg, writePng } from "../images/pictures/index.js";
import type { Phantom, PhantomOptions } from "./phantom.js";
import { room } from "./room.js";
import { develop } from "./scene.js";

const defaultSize = 0.25; // 160×120

/** Rooms. */
export const sunRgbd: Phantom = {
  name: "sunRgbd",
  facts:
    "Like SUN RGB-D: rooms with walls, floor, sometimes a ceiling, and 34 kinds of things that stand, hang or lie in them, by plausible shares (those of the real set are not published by class), unlabelled pixels " +
    "around things, photographs and masks numbered differently. Unlike it: things are drawn of a few simple parts from the front, and rooms have no kind (kitchen, office) that would bring things together.",
  defaultSize,
  async *write(folder, ids, options) {
    const place = (name: string, number: number, kind: string) => {
      mkdirSync(join(folder, name), { recursive: true });
      return join(folder, name, `img-${String(number).padStart(6, "0")}.${kind}`);
    };
    for (const [i, id] of ids.entries()) {
      const { image, label, shape } = sunRgbdScene(id, options);
      const number = Number(id);
      const path =
        number <= tested
          ? place("SUNRGBD-test_images", number, "jpg")
          : place("SUNRGBD-train_images", number - tested, "jpg");
      await writeJpeg(path, image, shape, { quality: 92 });
      await writePng(place("sunrgbd_train_test_labels", number, "png"), label, shape);
      yield i + 1;
    }
  },
};

const tested = 5050; // masks 1–5050 are those of the test images, whose numbers begin at 1 as those of the training images do

/** The photograph of a mask's number, and the mask: 1–37, 0 where nothing is said. */
export function sunRgbdScene(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}) {
  const rng = stream(seed, "phantom sunRgbd", id);
  const [height, width] = rng.uniform() < 0.6 ? [480, 640] : [530, 730];
  const shape = [Math.round(height * size), Math.round(width * size)] as const;
  const scene = room(shape, rng, tail);
  return { image: develop(scene, rng, { noise: 8 }), label: scene.label, shape };
}
