import type { Rng } from "../engine/random.js";
import { chair, cushion, framed, type Kind, materials, person, plain, sofa, table } from "./objects.js";
import { polygon, rectangle } from "./regions.js";
import { anyColor, type Material, newScene, paint, type Scene, tinted } from "./scene.js";

const { cloth, glass, paint: painted, panes, stripes, wood } = materials;

/** Where a thing is: on the floor, on the wall, or on something. */
type Zone = "floor" | "wall" | "on";

/** A class of things: its number, share of all pixels in percent, share of the rooms it is in, its look. */
interface Thing {
  label: number;
  share: number;
  chance: number;
  zone: Zone;
  kind: Kind;
}

const lined =
  (every: number, isAcross: boolean) =>
  (rng: Rng): Material => ({
    color: tinted([205, 200, 190], rng),
    other: tinted([150, 145, 138], rng),
    pattern: (y, x) => stripes(every, 0.4)(isAcross ? 0 : y, isAcross ? x : y),
  });
const volumes = (rng: Rng): Material => ({
  color: anyColor(rng),
  other: anyColor(rng),
  pattern: (y, x) => Math.abs(Math.sin(173 * Math.floor(60 * x) + 37 * Math.floor(9 * y))),
  contrast: 0.15,
});
const white = (rng: Rng): Material => ({ color: tinted([212, 210, 205], rng, 0.08), contrast: 0.07, grain: 0.1 });
const cabinet = (rng: Rng): Material => ({
  ...(rng.uniform() < 0.6 ? wood(rng) : painted(rng)),
  other: [60, 52, 45],
  pattern: (y, x) => (Math.abs(x % 0.14) < 0.006 || Math.abs(y % 0.12) < 0.006 ? 0.9 : 0),
});
const view = (rng: Rng): Material => ({
  color: tinted([190, 205, 220], rng),
  other: tinted([110, 130, 100], rng),
  pattern: (y, x) => (Math.sin(40 * y + 9 * x) > 0.3 ? 0.8 : 0),
  contrast: 0.2,
});
const pan: Kind = cushion(0.85, white);

// Wall and floor (1, 2) and the ceiling (22) are the room itself. Shares are rough: the real set's are not published by class.
const things: readonly Thing[] = [
  { label: 9, share: 3, chance: 0.4, zone: "wall", kind: framed(1.1, view) },
  { label: 13, share: 1.5, chance: 0.12, zone: "wall", kind: plain(1, lined(0.02, false)) },
  { label: 16, share: 2.2, chance: 0.18, zone: "wall", kind: plain(0.6, lined(0.05, true)) },
  {
    label: 8,
    share: 3.2,
    chance: 0.35,
    zone: "wall",
    kind: plain(0.5, (rng) => (rng.uniform() < 0.5 ? wood(rng) : painted(rng))),
  },
  { label: 11, share: 1.4, chance: 0.4, zone: "wall", kind: framed(1.1, volumes) },
  { label: 19, share: 0.8, chance: 0.12, zone: "wall", kind: framed(0.8, glass) },
  { label: 30, share: 0.9, chance: 0.1, zone: "wall", kind: framed(1.6, white, 0.02) },
  { label: 28, share: 0.35, chance: 0.05, zone: "wall", kind: plain(0.6, cloth) },
  { label: 27, share: 0.3, chance: 0.1, zone: "wall", kind: plain(0.6, cloth) },
  { label: 20, share: 0.5, chance: 0.08, zone: "floor", kind: cushion(3, cloth) },
  { label: 3, share: 6, chance: 0.45, zone: "floor", kind: plain(1.2, cabinet) },
  { label: 10, share: 1.8, chance: 0.14, zone: "floor", kind: framed(0.8, volumes, 0.04) },
  { label: 15, share: 1.4, chance: 0.16, zone: "floor", kind: framed(0.7, volumes, 0.07) },
  { label: 24, share: 0.8, chance: 0.07, zone: "floor", kind: plain(0.5, white) },
  { label: 12, share: 1.8, chance: 0.15, zone: "floor", kind: plain(2.2, cabinet) },
  { label: 17, share: 1, chance: 0.1, zone: "floor", kind: plain(1.2, cabinet) },
  { label: 32, share: 0.4, chance: 0.1, zone: "floor", kind: plain(0.9, cabinet) },
  { label: 4, share: 4.5, chance: 0.2, zone: "floor", kind: plain(1.7, cloth) },
  { label: 6, share: 3.5, chance: 0.22, zone: "floor", kind: sofa },
  { label: 14, share: 3, chance: 0.22, zone: "floor", kind: table(1.9) },
  { label: 7, share: 6, chance: 0.5, zone: "floor", kind: table(1.6) },
  { label: 36, share: 0.3, chance: 0.04, zone: "floor", kind: cushion(2, white) },
  { label: 33, share: 0.5, chance: 0.08, zone: "floor", kind: pan },
  { label: 5, share: 9, chance: 0.6, zone: "floor", kind: chair },
  { label: 31, share: 0.6, chance: 0.08, zone: "floor", kind: person },
  { label: 34, share: 0.4, chance: 0.12, zone: "on", kind: cushion(1.6, white) },
  { label: 18, share: 1.2, chance: 0.22, zone: "on", kind: cushion(1.4, cloth) },
  { label: 21, share: 0.7, chance: 0.15, zone: "on", kind: cushion(1.3, cloth) },
  { label: 23, share: 0.7, chance: 0.25, zone: "on", kind: plain(1.3, volumes) },
  {
    label: 25,
    share: 1,
    chance: 0.2,
    zone: "on",
    kind: framed(1.5, (rng) => ({ color: tinted([48, 54, 64], rng), contrast: 0.25, grain: 0.1 })),
  },
  { label: 26, share: 0.4, chance: 0.2, zone: "on", kind: plain(1.3, white) },
  {
    label: 29,
    share: 1.1,
    chance: 0.3,
    zone: "on",
    kind: plain(1.2, (rng) => ({ color: tinted([165, 128, 88], rng), contrast: 0.1 })),
  },
  {
    label: 35,
    share: 0.5,
    chance: 0.2,
    zone: "on",
    kind: cushion(0.6, (rng) => ({ color: tinted([222, 205, 165], rng), contrast: 0.12 })),
  },
  { label: 37, share: 0.6, chance: 0.18, zone: "on", kind: cushion(0.9, painted) },
];
const rarest = 36; // bathtub, with as little as its share and four rooms in a hundred
const several: Readonly<Record<number, number>> = { 5: 3, 11: 2, 18: 2, 23: 3, 26: 3, 29: 2 };
const order: readonly Zone[] = ["wall", "floor", "on"];
const seen = 0.62; // of the box in which a thing stands, when all is painted

/** A room from the front: walls, floor, in some a ceiling, and things. `tail` scales the area of bathtubs. */
export function room([height, width]: readonly [number, number], rng: Rng, tail: number): Scene {
  const scene = newScene(height, width);
  const { aspect } = scene;
  const edge = rng.uniform(0.58, 0.82); // of the floor
  const [left, right] = [rng.uniform(-0.3, 0.3), aspect + rng.uniform(-0.3, 0.3)];
  paint(scene, rectangle(0, 0, 1, aspect), 1, wall(rng), rng);
  const slope = rng.uniform(0.2, 0.8);
  const down = Math.min(1, edge + slope * 0.4);
  const floor = polygon([
    [edge, left],
    [edge, right],
    [down, right + 0.5],
    [1, right + 0.6],
    [1, left - 0.6],
    [down, left - 0.5],
  ]);
  paint(scene, floor, 2, rng.uniform() < 0.5 ? wood(rng) : flooring(rng), rng);
  if (rng.uniform() < 0.28) {
    const low = rng.uniform(0.06, 0.2);
    paint(
      scene,
      polygon([
        [0, left - 0.4],
        [0, right + 0.4],
        [low, right],
        [low, left],
      ]),
      22,
      white(rng),
      rng,
    );
  }
  const chosen = things.flatMap((thing) => {
    if (rng.uniform() > thing.chance) return [];
    const count = rng.integer(1, (several[thing.label] ?? 1) + 1);
    return Array.from({ length: count }, () => {
      return { ...thing, area: (aspect * thing.share * rng.uniform(0.5, 1.5)) / 100 / thing.chance / count };
    });
  });
  for (const zone of order)
    for (const thing of chosen.filter((one) => one.zone === zone).sort((a, b) => b.area - a.area)) stand(thing);
  return scene;

  function stand({ label, zone, kind, area }: Thing & { area: number }): void {
    const scale = Math.sqrt(label === rarest ? tail : 1);
    const usual = Math.min(zone === "wall" ? 0.9 * edge : 0.95, Math.sqrt(area / (kind.wide * seen)));
    const [tall, across] = [scale * usual, (scale * area) / seen / usual];
    const feet = {
      wall: () => rng.uniform(tall + 0.02, Math.max(edge - 0.02, tall + 0.03)),
      floor: () => Math.min(1.05, Math.max(edge + rng.uniform(0.03, 0.2), tall + 0.05)),
      on: () => edge + rng.uniform(-0.1, 0.25),
    };
    const foot = label === 8 ? edge + 0.02 : feet[zone]();
    const x = rng.uniform(0.3 * across, aspect - 0.3 * across);
    // what nobody has labelled: a rim, now and then
    if (rng.uniform() < 0.6)
      paint(
        scene,
        rectangle(foot - 0.3 * tall, x + 0.4 * across, foot, x + 0.62 * across),
        0,
        { color: anyColor(rng), contrast: 0.2 },
        rng,
      );
    for (const [region, material] of kind.parts({ foot, x, tall, across }, rng))
      paint(scene, region, label, material, rng);
  }
}

const wall = (rng: Rng): Material => ({
  color: tinted([185, 175, 160], rng, 0.2),
  other: tinted([150, 140, 128], rng),
  pattern: rng.uniform() < 0.25 ? panes(0.08, 0.08) : undefined,
  contrast: 0.05,
  grain: 0.2,
});

const flooring = (rng: Rng): Material => ({
  color: tinted([135, 125, 115], rng, 0.25),
  other: tinted([110, 102, 95], rng),
  pattern: rng.uniform() < 0.5 ? panes(0.12, 0.06) : undefined,
  contrast: 0.14,
  grain: 0.015,
});
