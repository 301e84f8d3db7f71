import type { Rng } from "../engine/random.js";
import { blob, ellipse, polygon, rectangle, together } from "./regions.js";
import { anyColor, type Material, newScene, paint, type Region, type Rgb, type Scene, tinted } from "./scene.js";

/** Numbers of Cityscapes' `labelIds`. */
const ids = {
  ego: 1,
  border: 3,
  static: 4,
  road: 7,
  sidewalk: 8,
  building: 11,
  wall: 12,
  fence: 13,
  pole: 17,
  light: 19,
  sign: 20,
  vegetation: 21,
  terrain: 22,
  sky: 23,
  person: 24,
  rider: 25,
  car: 26,
  truck: 27,
  bus: 28,
  train: 31,
  motorcycle: 32,
  bicycle: 33,
};
type Class = keyof typeof ids;

// Share of a class in all labelled pixels in percent, and of the scenes in which it is seen; an object has what its class lacks elsewhere.
const shares = {
  wall: [0.66, 0.3],
  fence: [0.88, 0.4],
  terrain: [1.16, 0.5],
  person: [1.22, 0.8],
  rider: [0.135, 0.35],
  car: [7.0, 0.95],
  truck: [0.27, 0.12],
  bus: [0.235, 0.1],
  train: [0.233, 0.08],
  motorcycle: [0.099, 0.2],
  bicycle: [0.414, 0.5],
} satisfies Partial<Record<Class, readonly [number, number]>>;

// Width to height, and the part of that box that stays to be seen when all is painted.
const forms = {
  person: { wide: 0.36, filled: 0.48 },
  rider: { wide: 0.36, filled: 0.34 },
  car: { wide: 1.5, filled: 0.55 },
  truck: { wide: 1.1, filled: 0.9 },
  bus: { wide: 1.3, filled: 0.9 },
  train: { wide: 2.2, filled: 0.8 },
  motorcycle: { wide: 1.4, filled: 0.4 },
  bicycle: { wide: 1.5, filled: 0.28 },
};
type Moving = keyof typeof forms;
const moving: readonly Moving[] = ["person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle"];

const stone: readonly Rgb[] = [
  [140, 125, 110],
  [120, 118, 116],
  [165, 150, 130],
  [125, 95, 85],
];

/** A street in perspective. `tail` scales the area of motorcycles, the rarest class. */
export function street([height, width]: readonly [number, number], rng: Rng, tail: number): Scene {
  const scene = newScene(height, width);
  const { aspect } = scene;
  const horizon = rng.uniform(0.36, 0.44);
  const vanishing = aspect * rng.uniform(0.42, 0.58);
  const draw = (name: Class, region: Region, material: Material) => paint(scene, region, ids[name], material, rng);
  /** Where a line from the vanishing point that leaves the picture's bottom at x is at height y. */
  const along = (x: number, y: number) => vanishing + ((x - vanishing) * (y - horizon)) / (1 - horizon);
  const strip = (left: number, right: number, top = horizon): Region =>
    polygon([
      [top, along(left, top)],
      [top, along(right, top)],
      [1, right],
      [1, left],
    ]);

  draw("sky", rectangle(0, 0, horizon + 0.05, aspect), {
    color: tinted([175, 195, 215], rng),
    contrast: 0.06,
    grain: 0.3,
  });
  draw("building", rectangle(horizon - rng.uniform(0.16, 0.4), 0, horizon + 0.02, aspect), facade(rng));
  for (const side of [-1, 1]) houses(side);
  draw("road", rectangle(horizon, 0, 1, aspect), { color: tinted([95, 92, 95], rng), contrast: 0.07, grain: 0.03 });
  for (const side of [-1, 1]) roadside(side);
  for (let x = -1; x < aspect + 1; x += rng.uniform(0.5, 0.8)) mark(x);
  furniture();
  traffic();
  draw("ego", ellipse(1.02, aspect / 2, rng.uniform(0.06, 0.1), 0.55 * aspect), { color: [45, 47, 52], contrast: 0.1 });
  frame();
  return scene;

  function houses(side: number): void {
    // From the picture's edge towards the vanishing point, each row lower and narrower.
    let reach = side < 0 ? vanishing : aspect - vanishing;
    const end = reach * rng.uniform(0.1, 0.3);
    while (reach > end) {
      const next = reach * rng.uniform(0.45, 0.7);
      const [far, near] = [vanishing + side * next, vanishing + side * reach];
      const rise = rng.uniform(1, 2.6);
      const top = (distance: number) => horizon - rise * distance * 0.55;
      const foot = (distance: number) => horizon + 0.16 * distance;
      if (rng.uniform() < 0.92)
        draw(
          "building",
          polygon([
            [top(reach), near],
            [top(next), far],
            [foot(next), far],
            [foot(reach), near],
          ]),
          facade(rng),
        );
      reach = next;
    }
    for (let trees = rng.integer(0, 5); trees > 0; trees--) {
      const away = rng.uniform(0.12, side < 0 ? vanishing : aspect - vanishing);
      const size = (0.1 + 0.3 * away) * rng.uniform(0.6, 1.1);
      const x = vanishing + side * away;
      const foot = horizon + 0.13 * away;
      draw("vegetation", rectangle(foot - size, x - 0.05 * size, foot, x + 0.05 * size), {
        color: tinted([70, 60, 50], rng),
      });
      draw("vegetation", blob(foot - 1.2 * size, x, 0.75 * size, 0.85 * size, rng), leaves(rng));
    }
    if (rng.uniform() < 0.6) {
      const away = rng.uniform(0.05, 0.5);
      draw("vegetation", blob(horizon - 0.02, vanishing + side * away, 0.09, rng.uniform(0.1, 0.3), rng), leaves(rng));
    }
  }

  function roadside(side: number): void {
    const curb = vanishing + side * rng.uniform(1.3, 1.8);
    const edge = curb + side * rng.uniform(0.25, 0.55);
    const beyond = edge + side * 3;
    const strips = (a: number, b: number) => strip(Math.min(a, b), Math.max(a, b));
    draw("sidewalk", strips(curb, edge), paving(rng));
    const ground = rng.uniform();
    if (ground < 0.5 * chance("terrain")) draw("terrain", strips(edge, beyond), grass(rng));
    else draw("sidewalk", strips(edge, beyond), paving(rng));
    for (const name of ["wall", "fence"] as const) {
      if (rng.uniform() > 0.7 * chance(name)) continue;
      const rise = 0.6 * (name === "wall" ? 1 : 0.8);
      const [far, near] = [horizon + 0.03, Math.min(1, horizon + rng.uniform(0.12, 0.3))];
      const line = (y: number) => along(edge, y);
      draw(
        name,
        polygon([
          [far - rise * (far - horizon), line(far)],
          [near - rise * (near - horizon), line(near)],
          [near, line(near)],
          [far, line(far)],
        ]),
        name === "wall"
          ? { color: tinted(stone[rng.integer(0, stone.length)], rng), contrast: 0.15, grain: 0.02 }
          : {
              color: tinted([110, 105, 100], rng),
              other: [60, 70, 50],
              pattern: (_, x) => (Math.sin(x * 250) > 0 ? 1 : 0),
            },
      );
    }
  }

  function mark(x: number): void {
    const [top, bottom] = [horizon + rng.uniform(0.05, 0.3), horizon + rng.uniform(0.3, 0.6)];
    if (rng.uniform() < 0.5)
      draw(
        "road",
        polygon([
          [top, along(x, top)],
          [top, along(x + 0.05, top)],
          [bottom, along(x + 0.05, bottom)],
          [bottom, along(x, bottom)],
        ]),
        { color: tinted([190, 190, 190], rng), contrast: 0.1 },
      );
  }

  function furniture(): void {
    for (let poles = rng.integer(2, 6); poles > 0; poles--) {
      const depth = rng.uniform(0.03, 0.25); // of its foot below the horizon
      const side = rng.uniform() < 0.5 ? -1 : 1;
      const x = along(vanishing + side * rng.uniform(1.4, 2.1), horizon + depth);
      const [rise, thick] = [depth * rng.uniform(1.6, 3.2), Math.max(0.005, 0.08 * depth)];
      const top = horizon + depth - rise;
      draw("pole", rectangle(top, x - thick, horizon + depth, x + thick), { color: tinted([105, 105, 105], rng) });
      const kind = rng.uniform();
      const half = 0.15 * depth + 0.012;
      if (kind < 0.22)
        draw("light", rectangle(top, x - 0.7 * half, top + 2.6 * half, x + 0.7 * half), {
          color: [45, 45, 42],
          other: [200, 120, 50],
          pattern: (y) => ((y - top) % (0.9 * half) < 0.45 * half ? 0.7 : 0),
        });
      else if (kind < 0.62) {
        const plate =
          rng.uniform() < 0.5
            ? ellipse(top + half, x, 1.4 * half, 1.4 * half)
            : rectangle(top, x - 1.6 * half, top + 2.2 * half, x + 1.6 * half);
        const [paper, ink] =
          rng.uniform() < 0.5
            ? ([
                [60, 90, 160],
                [220, 220, 220],
              ] as const)
            : ([
                [225, 215, 200],
                [190, 50, 45],
              ] as const);
        draw("sign", plate, {
          color: tinted(paper, rng, 0.08),
          other: ink,
          pattern: (y, column) => (Math.sin(60 * y) * Math.sin(70 * column) > 0.2 ? 1 : 0),
        });
      }
    }
    if (rng.uniform() < 0.5) {
      const x = rng.uniform(0, aspect);
      draw("static", rectangle(horizon + 0.02, x, horizon + 0.1, x + 0.06), { color: anyColor(rng) });
    }
  }

  function traffic(): void {
    // Many cars share what cars have; the others come alone.
    const objects = moving.flatMap((name) => {
      if (rng.uniform() > chance(name)) return [];
      const count = name === "car" ? rng.integer(3, 8) : name === "person" ? rng.integer(2, 7) : 1;
      return Array.from({ length: count }, () => ({
        name,
        area: (aspect * areaOf(name) * rng.uniform(0.4, 1.6)) / count,
      }));
    });
    // the smaller ones are farther away, and painted first
    for (const { name, area } of objects.sort((a, b) => a.area - b.area)) vehicle(name, area);
  }

  function vehicle(name: Moving, area: number): void {
    const { wide, filled } = forms[name];
    const usual = Math.sqrt(area / (wide * filled));
    const foot = Math.min(0.93, horizon + 0.03 + usual * rng.uniform(0.5, 0.9));
    const tall = usual * Math.sqrt(name === "motorcycle" ? tail : 1); // smaller where it stands, so that nothing else changes
    const across = tall * wide;
    const isOnRoad = name !== "person" && rng.uniform() < 0.6;
    const x = isOnRoad
      ? along(vanishing + rng.uniform(-1.3, 1.3), foot)
      : vanishing + rng.uniform(-1, 1) * (aspect / 2);
    if (name === "person" || name === "rider") {
      figure(name, foot, x, tall);
      return;
    }
    const top = foot - tall;
    const color = tinted(anyColor(rng), rng);
    if (name === "bicycle" || name === "motorcycle") {
      const wheel = 0.36 * tall;
      const ring = (at: number): Region => {
        const [outer, inner] = [ellipse(foot - wheel, at, wheel, wheel), 0.55 * wheel];
        return name === "bicycle"
          ? { ...outer, has: (y, c) => outer.has(y, c) && Math.hypot(y - foot + wheel, c - at) > inner }
          : outer;
      };
      const frame = polygon([
        [foot - wheel, x - 0.3 * across],
        [top + 0.25 * tall, x - 0.1 * across],
        [top + 0.2 * tall, x + 0.25 * across],
        [foot - 0.8 * wheel, x + 0.3 * across],
        [foot - 0.6 * wheel, x],
      ]);
      draw(name, together(ring(x - 0.28 * across), ring(x + 0.28 * across)), {
        color: [38, 36, 36],
        contrast: 0.2,
        grain: 0.01,
      });
      draw(name, frame, { color, contrast: 0.2, grain: 0.01 });
      return;
    }
    const cabin = name === "car" ? 0.45 : 0.92;
    const body = together(
      rectangle(foot - (name === "car" ? 0.62 : 0.9) * tall, x - across / 2, foot - 0.08 * tall, x + across / 2),
      polygon([
        [top, x - cabin * 0.45 * across],
        [top, x + cabin * 0.45 * across],
        [foot - 0.5 * tall, x + 0.46 * across],
        [foot - 0.5 * tall, x - 0.46 * across],
      ]),
    );
    const pane = (y: number, column: number) =>
      y < top + 0.4 * tall &&
      y > top + 0.08 * tall &&
      Math.abs(column - x) < 0.4 * across &&
      Math.sin((column * 14) / across) > -0.8
        ? 1
        : 0;
    draw(name, body, { color, other: tinted([55, 65, 75], rng), pattern: pane, contrast: 0.1, grain: 0.03 });
    for (const side of [-1, 1])
      draw(name, ellipse(foot - 0.12 * tall, x + side * 0.33 * across, 0.13 * tall, 0.13 * tall), {
        color: [32, 31, 32],
      });
  }

  function figure(name: "person" | "rider", foot: number, x: number, tall: number): void {
    const top = foot - tall;
    const across = 0.36 * tall;
    draw(
      name,
      together(
        rectangle(foot - 0.48 * tall, x - 0.32 * across, foot, x - 0.04 * across),
        rectangle(foot - 0.48 * tall, x + 0.04 * across, foot, x + 0.34 * across),
      ),
      { color: anyColor(rng) },
    );
    draw(name, blob(top + 0.36 * tall, x, 0.22 * tall, 0.46 * across, rng, 0.05), {
      color: anyColor(rng),
      contrast: 0.15,
    });
    draw(name, ellipse(top + 0.08 * tall, x, 0.085 * tall, 0.065 * tall), { color: tinted([165, 125, 105], rng) });
  }

  /** What the straightened camera did not see. */
  function frame(): void {
    for (let y = 0; y < height; y++) for (const x of [0, width - 1]) scene.label[y * width + x] = ids.border;
  }
}

const chance = (name: keyof typeof shares) => shares[name][1];
const areaOf = (name: keyof typeof shares) => (0.9 * shares[name][0]) / 100 / shares[name][1]; // about 10 % are not labelled

function facade(rng: Rng): Material {
  const [storey, window] = [rng.uniform(0.04, 0.09), rng.uniform(0.03, 0.08)];
  return {
    color: tinted(stone[rng.integer(0, stone.length)], rng),
    other: tinted([65, 70, 80], rng, 0.2),
    pattern: (y, x) => (y % storey > 0.4 * storey && x % window > 0.5 * window ? 0.8 : 0),
    contrast: 0.1,
  };
}

const leaves = (rng: Rng): Material => ({ color: tinted([68, 84, 50], rng), contrast: 0.35, grain: 0.02 });
const grass = (rng: Rng): Material => ({ color: tinted([98, 108, 66], rng), contrast: 0.18, grain: 0.02 });
const paving = (rng: Rng): Material => ({
  color: tinted([125, 118, 114], rng),
  other: [90, 86, 84],
  pattern: (y, x) => (y % 0.06 < 0.006 || x % 0.09 < 0.006 ? 0.6 : 0),
  contrast: 0.08,
});
