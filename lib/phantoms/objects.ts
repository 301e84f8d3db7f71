import type { Rng } from "../engine/random.js";
import { blob, ellipse, polygon, rectangle, together, within } from "./regions.js";
import { anyColor, type Material, type Region, type Rgb, tinted } from "./scene.js";

/** A part of an object and what it looks like. */
export type Part = readonly [Region, Material];

/** Where an object stands: the middle of its foot, its height and width. */
export interface Stand {
  foot: number;
  x: number;
  tall: number;
  across: number;
}

/** An object of some kind, drawn of a few parts from behind to the front; `wide` is its width to its height. */
export interface Kind {
  wide: number;
  parts(stand: Stand, rng: Rng): Part[];
}

/** Parts in the object's own frame: u from −½ at its left to ½, v from 0 at its foot to 1. */
function frame({ foot, x, tall, across }: Stand) {
  const [row, column] = [(v: number) => foot - v * tall, (u: number) => x + u * across];
  return {
    box: (u1: number, v1: number, u2: number, v2: number) => rectangle(row(v2), column(u1), row(v1), column(u2)),
    oval: (u: number, v: number, right: number, up: number) => ellipse(row(v), column(u), up * tall, right * across),
    lump: (u: number, v: number, right: number, up: number, rng: Rng, waves?: number) =>
      blob(row(v), column(u), up * tall, right * across, rng, waves),
    shape: (...corners: [number, number][]) => polygon(corners.map(([u, v]) => [row(v), column(u)] as const)),
    row,
    column,
  };
}

const stripes =
  (every: number, part = 0.5) =>
  (y: number, x: number) =>
    Math.abs((x + 0.37 * y) % every) < part * every ? 1 : 0;
const panes = (across: number, down: number) => (y: number, x: number) =>
  Math.abs(x % across) > 0.25 * across && Math.abs(y % down) > 0.3 * down ? 1 : 0;
const coat = (colors: readonly Rgb[], rng: Rng): Material => {
  const [one, other] = [colors[rng.integer(0, colors.length)], colors[rng.integer(0, colors.length)]];
  const every = rng.uniform(0.06, 0.16);
  const isSpotted = rng.uniform() < 0.4;
  return {
    color: tinted(one, rng),
    other: tinted(other, rng),
    pattern: isSpotted
      ? (y, x) => (Math.sin((y / every) * 3) + Math.sin((x * 2.3) / every + 1) > 0.6 ? 0.9 : 0)
      : undefined,
    contrast: 0.22,
    grain: 0.015,
  };
};
const paint = (rng: Rng): Material => ({ color: tinted(anyColor(rng), rng), contrast: 0.1, grain: 0.05 });
const dark = (rng: Rng): Material => ({ color: tinted([42, 42, 44], rng), contrast: 0.15, grain: 0.02 });
const glass = (rng: Rng): Material => ({ color: tinted([95, 110, 122], rng), contrast: 0.2, grain: 0.06 });
const wood = (rng: Rng): Material => ({
  color: tinted([126, 92, 62], rng, 0.2),
  other: tinted([96, 68, 46], rng),
  pattern: stripes(0.02, 0.3),
  contrast: 0.1,
  grain: 0.03,
});
const cloth = (rng: Rng): Material => ({
  color: anyColor(rng),
  other: anyColor(rng),
  pattern: rng.uniform() < 0.3 ? stripes(rng.uniform(0.02, 0.05)) : undefined,
  contrast: 0.16,
  grain: 0.05,
});
const green = (rng: Rng): Material => ({ color: tinted([66, 92, 48], rng, 0.2), contrast: 0.35, grain: 0.015 });
const skin = (rng: Rng): Material => ({ color: tinted([170, 128, 105], rng, 0.2), contrast: 0.08 });

/** Four legs, a body, a neck and a head with ears, of one coat. */
const animal = (
  wide: number,
  colors: readonly Rgb[],
  {
    leg = 0.4,
    head = 0.17,
    ears = 0.1,
    neck = 0.75,
  }: { leg?: number; head?: number; ears?: number; neck?: number } = {},
): Kind => ({
  wide,
  parts(stand, rng) {
    const { box, oval, lump, shape } = frame(stand);
    const side = rng.uniform() < 0.5 ? -1 : 1;
    const fur = coat(colors, rng);
    const legs = [-0.3, -0.2, 0.17, 0.28].map((u) => box(u - 0.04, 0, u + 0.04, leg + 0.1));
    const face: Part = [
      together(
        oval(0.36 * side, neck, head / wide + 0.03, head),
        shape(
          [(0.36 - 0.1) * side, neck],
          [(0.36 - 0.07) * side, neck + head + ears],
          [0.36 * side, neck + 0.5 * head],
        ),
        shape(
          [0.36 * side, neck + 0.5 * head],
          [(0.36 + 0.06) * side, neck + head + ears],
          [(0.36 + 0.09) * side, neck],
        ),
      ),
      { ...fur, contrast: 0.18 },
    ];
    return [
      [together(...legs), { ...fur, color: tinted(fur.color, rng, 0.1) }],
      [lump(0, leg + 0.17, 0.38, 0.23, rng, 0.05), fur],
      [
        shape(
          [0.12 * side, leg + 0.05],
          [0.2 * side, leg + 0.36],
          [0.4 * side, neck + 0.06],
          [0.42 * side, neck - 0.14],
        ),
        fur,
      ],
      face,
    ];
  },
});

/** A box on wheels with windows. */
const carriage = (wide: number, { wheels = 2, roof = 0.92, waist = 0.5 } = {}): Kind => ({
  wide,
  parts(stand, rng) {
    const { box, oval, shape } = frame(stand);
    const body = paint(rng);
    const windows = shape([-0.44, waist], [-0.44 * roof, 0.92], [0.44 * roof, 0.92], [0.44, waist]);
    return [
      [
        together(
          box(-0.5, 0.1, 0.5, waist + 0.08),
          shape([-0.48, waist], [-0.48 * roof, 1], [0.48 * roof, 1], [0.48, waist]),
        ),
        body,
      ],
      [within(windows, (_, x) => x % (stand.across / 5) > 0.04 * stand.across), glass(rng)],
      ...Array.from({ length: wheels }, (_, i): Part => {
        const u = wheels === 1 ? 0 : -0.34 + (0.68 * i) / (wheels - 1);
        return [oval(u, 0.14, 0.14 / wide, 0.14), dark(rng)];
      }),
    ];
  },
});

const cycle = (isMotor: boolean): Kind => ({
  wide: 1.6,
  parts(stand, rng) {
    const { oval, shape } = frame(stand);
    const ring = (u: number) => {
      const outer = oval(u, 0.32, 0.2, 0.32);
      const inner = oval(u, 0.32, 0.13, 0.21);
      return isMotor ? outer : within(outer, (y, x) => !inner.has(y, x));
    };
    const body = isMotor
      ? shape([-0.3, 0.3], [-0.36, 0.66], [0.02, 0.72], [0.2, 1], [0.3, 0.9], [0.24, 0.35])
      : together(
          shape([-0.3, 0.3], [-0.06, 0.72], [0.22, 0.75], [0, 0.28]),
          shape([0.2, 0.95], [0.26, 0.95], [0.34, 0.32], [0.27, 0.32]),
          shape([-0.12, 0.86], [0.02, 0.86], [-0.04, 0.7]),
        );
    const bare = isMotor
      ? body
      : within(body, (y, x) => !shape([-0.2, 0.36], [-0.05, 0.64], [0.14, 0.66], [0, 0.36]).has(y, x));
    return [
      [together(ring(-0.3), ring(0.3)), dark(rng)],
      [bare, paint(rng)],
    ];
  },
});

/** A person, standing. */
export const person: Kind = {
  wide: 0.4,
  parts(stand, rng) {
    const { box, oval, lump, shape } = frame(stand);
    return [
      [together(box(-0.3, 0, -0.03, 0.5), box(0.03, 0, 0.3, 0.5)), cloth(rng)],
      [lump(0, 0.64, 0.42, 0.2, rng, 0.05), cloth(rng)],
      [together(oval(0, 0.91, 0.2, 0.09), shape([-0.1, 0.8], [-0.08, 0.86], [0.08, 0.86], [0.1, 0.8])), skin(rng)],
      [oval(0, 0.97, 0.2, 0.05), dark(rng)],
    ];
  },
};

/** Top, back and legs: how high the seat is and what rises behind it. */
const seat = (wide: number, { back = 1, height = 0.45, arms = 0, soft = false } = {}): Kind => ({
  wide,
  parts(stand, rng) {
    const { box } = frame(stand);
    const stuff = soft ? cloth(rng) : rng.uniform() < 0.5 ? wood(rng) : cloth(rng);
    const legs = together(...[-0.42, -0.34, 0.34, 0.42].map((u) => box(u - 0.05, 0, u + 0.05, height)));
    return [
      ...(soft ? [] : [[legs, wood(rng)] as const]),
      [box(-0.45, height, 0.45, back), stuff],
      [box(-0.5, soft ? 0.06 : height - 0.08, 0.5, height + 0.06), { ...stuff, color: tinted(stuff.color, rng) }],
      ...(arms > 0
        ? [
            [
              together(box(-0.5, 0.06, -0.36, arms), box(0.36, 0.06, 0.5, arms)),
              { ...stuff, color: tinted(stuff.color, rng) },
            ] as const,
          ]
        : []),
    ];
  },
});

/** A plate on legs, seen from a little above. */
export const table = (wide: number): Kind => ({
  wide,
  parts(stand, rng) {
    const { box, shape } = frame(stand);
    const top = rng.uniform() < 0.7 ? wood(rng) : paint(rng);
    return [
      [
        together(
          box(-0.46, 0, -0.4, 0.7),
          box(0.4, 0, 0.46, 0.7),
          box(-0.34, 0.12, -0.3, 0.7),
          box(0.3, 0.12, 0.34, 0.7),
        ),
        wood(rng),
      ],
      [shape([-0.5, 0.64], [-0.38, 1], [0.38, 1], [0.5, 0.64]), top],
      [box(-0.5, 0.56, 0.5, 0.66), { ...top, color: tinted(top.color, rng) }],
    ];
  },
});

/** A frame with something in it: a screen, a picture, a mirror. */
export const framed = (wide: number, inner: (rng: Rng) => Material, border = 0.06): Kind => ({
  wide,
  parts(stand, rng) {
    const { box } = frame(stand);
    return [
      [box(-0.5, 0, 0.5, 1), rng.uniform() < 0.5 ? dark(rng) : wood(rng)],
      [box(-0.5 + border, border * wide, 0.5 - border, 1 - border * wide), inner(rng)],
    ];
  },
});

/** A plant in a pot. */
export const plant: Kind = {
  wide: 0.7,
  parts(stand, rng) {
    const { shape, lump } = frame(stand);
    return [
      [shape([-0.2, 0], [-0.28, 0.35], [0.28, 0.35], [0.2, 0]), { color: tinted([140, 90, 66], rng), contrast: 0.1 }],
      [lump(0, 0.64, 0.42, 0.34, rng, 0.35), green(rng)],
    ];
  },
};

/** One plain shape of cloth, wood, paint. */
export const plain = (wide: number, material: (rng: Rng) => Material): Kind => ({
  wide,
  parts(stand, rng) {
    const { box } = frame(stand);
    return [[box(-0.5, 0, 0.5, 1), material(rng)]];
  },
});

/** A soft thing without edges. */
export const cushion = (wide: number, material: (rng: Rng) => Material): Kind => ({
  wide,
  parts(stand, rng) {
    const { lump } = frame(stand);
    return [[lump(0, 0.5, 0.48, 0.46, rng, 0.08), material(rng)]];
  },
});

/** A chair for one. */
export const chair = seat(0.62);
/** A soft seat for several, with arms. */
export const sofa = seat(2.1, { back: 1, height: 0.5, arms: 0.72, soft: true });

/** What things are made of. */
export const materials = { stripes, panes, paint, dark, glass, wood, cloth, green };

const brown: readonly Rgb[] = [
  [120, 88, 60],
  [70, 55, 45],
  [150, 125, 95],
  [45, 42, 42],
  [200, 190, 175],
];
const grey: readonly Rgb[] = [
  [105, 100, 95],
  [60, 58, 56],
  [190, 185, 178],
  [150, 110, 70],
];
const wool: readonly Rgb[] = [
  [205, 198, 182],
  [175, 165, 148],
  [90, 82, 75],
];
const feathers: readonly Rgb[] = [
  [95, 90, 85],
  [60, 75, 100],
  [150, 80, 60],
  [200, 198, 190],
];

/** The 20 objects of Pascal VOC, by their names in alphabetical order of its numbers 1–20. */
export const vocObjects: readonly Kind[] = [
  {
    wide: 2.6, // aeroplane
    parts(stand, rng) {
      const { oval, shape } = frame(stand);
      const metal: Material = { color: tinted([190, 192, 196], rng), contrast: 0.08, grain: 0.1 };
      return [
        [oval(0, 0.5, 0.5, 0.16), metal],
        [shape([-0.46, 0.5], [-0.5, 1], [-0.4, 1], [-0.28, 0.56]), paint(rng)],
        [shape([-0.1, 0.5], [-0.22, 0], [-0.08, 0], [0.14, 0.46]), { ...metal, color: tinted([160, 160, 165], rng) }],
      ];
    },
  },
  cycle(false),
  {
    wide: 1.3, // bird
    parts(stand, rng) {
      const { oval, shape, box } = frame(stand);
      const coats = coat(feathers, rng);
      return [
        [together(box(-0.05, 0, -0.02, 0.3), box(0.06, 0, 0.09, 0.3)), dark(rng)],
        [
          together(
            oval(0, 0.5, 0.3, 0.24),
            shape([-0.24, 0.55], [-0.5, 0.36], [-0.18, 0.36]),
            oval(0.3, 0.78, 0.13, 0.17),
          ),
          coats,
        ],
        [shape([0.4, 0.84], [0.5, 0.76], [0.4, 0.72]), { color: tinted([200, 150, 60], rng) }],
      ];
    },
  },
  {
    wide: 1.2, // boat
    parts(stand, rng) {
      const { shape, box } = frame(stand);
      return [
        [box(-0.02, 0.2, 0.01, 1), wood(rng)],
        [shape([0.02, 0.3], [0.02, 0.98], [0.4, 0.32]), { color: tinted([205, 200, 190], rng), contrast: 0.1 }],
        [shape([-0.5, 0.26], [-0.36, 0], [0.36, 0], [0.5, 0.26]), paint(rng)],
      ];
    },
  },
  {
    wide: 0.32, // bottle
    parts(stand, rng) {
      const { box, shape } = frame(stand);
      const stuff: Material = { color: tinted(anyColor(rng), rng, 0.2), contrast: 0.25, grain: 0.05 };
      return [
        [
          together(
            box(-0.46, 0, 0.46, 0.6),
            shape([-0.46, 0.6], [-0.15, 0.8], [-0.15, 1], [0.15, 1], [0.15, 0.8], [0.46, 0.6]),
          ),
          stuff,
        ],
        [box(-0.46, 0.18, 0.46, 0.46), cloth(rng)],
      ];
    },
  },
  carriage(1.6, { wheels: 2, roof: 1, waist: 0.45 }),
  carriage(1.9, { wheels: 2, roof: 0.62, waist: 0.5 }),
  animal(1.25, grey, { leg: 0.3, head: 0.2, ears: 0.1, neck: 0.68 }),
  chair,
  animal(1.45, brown, { leg: 0.36, head: 0.15, ears: 0.03, neck: 0.7 }),
  table(1.6),
  animal(1.15, brown, { leg: 0.4, head: 0.17, ears: 0.03, neck: 0.78 }),
  animal(1.2, brown, { leg: 0.48, head: 0.13, ears: 0.07, neck: 0.84 }),
  cycle(true),
  person,
  plant,
  animal(1.3, wool, { leg: 0.28, head: 0.14, ears: 0.02, neck: 0.68 }),
  sofa,
  carriage(2.4, { wheels: 5, roof: 1, waist: 0.5 }),
  framed(1.35, glass),
];
