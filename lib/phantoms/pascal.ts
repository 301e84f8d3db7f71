import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Rng, stream } from "../engine/random.js";
import { writeJpeg, writePng } from "../images/pictures/index.js";
import { vocPalette } from "../images/pictures/vocPalette.js";
import { materials, vocObjects } from "./objects.js";
import type { Phantom, PhantomOptions } from "./phantom.js";
import { blob, polygon, rectangle } from "./regions.js";
import { anyColor, develop, newScene, paint, type Scene, tinted } from "./scene.js";

const defaultSize = 0.4; // 200 pixels and less

// Shares of the classes 1–20 in the training pixels in percent: known for bottle, cat, cow, dog, person and sheep, the others divide what is left.
const shares = [
  0.9, 0.7, 1.1, 0.8, 0.52, 1.9, 1.9, 3.3, 1.3, 0.56, 1.5, 2.9, 1.2, 1.3, 7.8, 0.75, 0.61, 1.7, 1.8, 0.95,
];
const bottle = 5; // the rarest
const foreground = shares.reduce((sum, share) => sum + share, 0);
const average = 0.19; // of the picture, one object
const filled = 0.46; // of the box it stands in

/** One to three objects before some background. */
export const pascal: Phantom = {
  name: "pascal",
  facts:
    "Like Pascal VOC: pictures of other shapes and sizes, one to three of the 20 objects before seven kinds of background, the background's share and about those of the objects, " +
    "void borders on every test mask and one in seven others. Unlike it: objects are drawn of a few simple parts, always from the side, and seldom hide one another.",
  defaultSize,
  async *write(folder, ids, options) {
    const [images, masks] = ["JPEGImages", "SegmentationClassAug"].map((name) => join(folder, name));
    for (const place of [images, masks]) mkdirSync(place, { recursive: true });
    for (const [i, id] of ids.entries()) {
      const { image, label, shape } = pascalScene(id, options);
      await writeJpeg(join(images, `${id}.jpg`), image, shape, { quality: 92 });
      await writePng(join(masks, `${id}.png`), label, shape, { palette: vocPalette });
      yield i + 1;
    }
    const tested = validated();
    const list = (name: string, has: (id: string) => boolean) =>
      writeFileSync(
        join(folder, name),
        ids
          .filter(has)
          .map((id) => `${id}\n`)
          .join(""),
      );
    list("train_aug.txt", (id) => !tested.has(id));
    list("val.txt", (id) => tested.has(id));
  },
};

/** The photograph of an id such as "2007_000032", and its mask with 255 where it is void. */
export function pascalScene(id: string, { seed = 0, tail = 1, size = defaultSize }: PhantomOptions = {}) {
  const rng = stream(seed, "phantom pascal", id);
  const short = Math.round(size * rng.integer(333, 376));
  const long = Math.round(size * 500);
  const shape = rng.uniform() < 0.75 ? ([short, long] as const) : ([long, short] as const);
  const scene = newScene(...shape);
  background(scene, rng);
  for (let objects = 1 + (rng.uniform() < 0.45 ? 1 : 0) + (rng.uniform() < 0.2 ? 1 : 0); objects > 0; objects--)
    object(scene, rng, tail);
  const isVoid = rng.uniform() < 0.14;
  const image = develop(scene, rng);
  return {
    image,
    label: validated().has(id) || isVoid ? bordered(scene, Math.max(1, Math.round(5 * size))) : scene.label,
    shape,
  };
}

function background(scene: Scene, rng: Rng): void {
  const { aspect } = scene;
  const ground = rng.uniform(0.45, 0.75);
  const places = ["grass", "street", "room", "water", "forest", "sand", "sky"] as const;
  const place = places[rng.integer(0, places.length)];
  const upper = {
    grass: { color: [150, 175, 205] as const, contrast: 0.08, grain: 0.3 },
    street: { color: tinted([130, 115, 102], rng), other: [70, 72, 80] as const, pattern: materials.panes(0.12, 0.16) },
    room: { color: tinted([175, 160, 140], rng, 0.25), contrast: 0.06, grain: 0.2 },
    water: { color: [160, 180, 205] as const, contrast: 0.1, grain: 0.2 },
    forest: { color: tinted([58, 78, 42], rng, 0.25), contrast: 0.45, grain: 0.04 },
    sand: { color: [140, 165, 200] as const, contrast: 0.08, grain: 0.3 },
    sky: { color: tinted([110, 145, 200], rng), contrast: 0.12, grain: 0.3 },
  }[place];
  const lower = {
    grass: { color: tinted([86, 108, 50], rng, 0.2), contrast: 0.25, grain: 0.015 },
    street: { color: tinted([108, 104, 102], rng), contrast: 0.12, grain: 0.02 },
    room: materials.wood(rng),
    water: { color: tinted([72, 100, 118], rng, 0.2), contrast: 0.25, grain: 0.02 },
    forest: { color: tinted([92, 82, 52], rng, 0.2), contrast: 0.3, grain: 0.02 },
    sand: { color: tinted([172, 150, 112], rng), contrast: 0.14, grain: 0.03 },
    sky: { color: tinted([140, 165, 205], rng), contrast: 0.12, grain: 0.3 },
  }[place];
  paint(scene, rectangle(0, 0, 1, aspect), 0, upper, rng);
  paint(scene, rectangle(ground, 0, 1, aspect), 0, lower, rng);
  // things that belong to no class
  for (let things = rng.integer(1, 6); things > 0; things--) {
    const [y, x, reach] = [rng.uniform(0.1, 0.9), rng.uniform(0, aspect), rng.uniform(0.04, 0.2)];
    const material = rng.uniform() < 0.4 ? materials.green(rng) : { color: anyColor(rng), contrast: 0.2 };
    const region =
      rng.uniform() < 0.5
        ? blob(y, x, reach, reach * rng.uniform(0.5, 2), rng)
        : polygon(
            Array.from(
              { length: 4 },
              (_, i) =>
                [y + reach * Math.sin(i * 1.5 + rng.uniform()), x + reach * Math.cos(i * 1.5 + rng.uniform())] as const,
            ),
          );
    paint(scene, region, 0, material, rng);
  }
}

function object(scene: Scene, rng: Rng, tail: number): void {
  const label = drawn(rng);
  const { wide, parts } = vocObjects[label - 1];
  const isSmall = label === bottle;
  const area = average * rng.uniform(0.25, 1.75) * scene.aspect * (isSmall ? 0.35 * tail : 1);
  const tall = Math.min(1.3, Math.sqrt(area / (wide * filled)));
  const across = Math.min(1.2 * scene.aspect, wide * tall);
  const foot = rng.uniform(Math.min(0.98, tall + 0.02), 1.02);
  const x = rng.uniform(0.35 * across, scene.aspect - 0.35 * across);
  for (const [region, material] of parts({ foot, x, tall, across }, rng)) paint(scene, region, label, material, rng);
}

/** A class by its share; bottles are smaller than others and twice as frequent. */
function drawn(rng: Rng): number {
  const odds = shares.map((share, i) => (i + 1 === bottle ? 2 * share : share));
  let left = rng.uniform() * (foreground + shares[bottle - 1]);
  const found = odds.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return found + 1;
}

/** Labels with 255 where another one is near. */
function bordered({ label, height, width }: Scene, reach: number): Uint8Array {
  const edged = label.slice();
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++)
      for (let down = y < reach ? 0 : -reach; down <= reach && y + down < height; down += reach)
        for (let right = x < reach ? 0 : -reach; right <= reach && x + right < width; right += reach)
          if (label[at + down * width + right] !== label[at]) edged[at] = 255;
  return edged;
}

let known: ReadonlySet<string> | undefined;

/** Ids of the challenge's own validation set, of which every mask has void borders. */
function validated(): ReadonlySet<string> {
  known ??= new Set(readFileSync(new URL("../../data/splits/pascal/test.txt", import.meta.url), "utf8").split("\n"));
  return known;
}
