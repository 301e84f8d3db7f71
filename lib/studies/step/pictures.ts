import { benchmarks } from "../../benchmarks/index.js";
import { lookUp } from "../../lookUp.js";
import { type ChosenPanel, chosenPixels } from "../../plots/pictures/chosenPixels.js";
import { overlay, type Panel } from "../../plots/pictures/overlay.js";
import { pixelMap } from "../../plots/pictures/pixelMap.js";
import type { Figure } from "../../plots/render/figure.js";
import type { Look } from "../../plots/render/fit.js";
import { percent } from "../../written.js";
import { isSeenUpwards } from "../upwards.js";
import type { StepApart } from "./apart.js";
import { byClass, eventOf } from "./events.js";

/** How many images of each part are shown: those with most of the structure. */
export interface StepPictureOptions extends Partial<Look> {
  images?: number;
}

/** The batch as it was loaded: labelled images with their outlines, unlabelled ones without. */
export function loadedImages(apart: StepApart, { images = 3, ...look }: StepPictureOptions = {}): Figure {
  const { labeled, unlabeled } = shownOf(apart, images);
  const counts = `${apart.labeled} labelled and ${apart.imageShape[0] - apart.labeled} unlabelled images`;
  return overlay(
    [
      ...labeled.map((at) => ({ ...panelOf(apart, at), truth: mapOf(apart, apart.label, at) })),
      ...unlabeled.map((at) => panelOf(apart, at)),
    ],
    {
      title: `The batch of this step: ${counts}`,
      columns: Math.min(images, apart.labeled),
      panelPixels: 150,
      upwards: upwardsOf(apart),
      ...look,
      classes: classesOf(apart),
    },
  );
}

/** What the teacher makes of the unlabelled images before they are changed. */
export function pseudoLabels(apart: StepApart, { images = 3, ...look }: StepPictureOptions = {}): Figure {
  const { values } = eventOf(apart, "pseudo labels");
  const classes = classesOf(apart);
  const shares = classes.map(
    ({ name }, number) => `${percentOf(shareOf(values, (label) => label === number))} ${name}`,
  );
  return overlay(
    shownOf(apart, images).unlabeled.map((at) => ({
      ...panelOf(apart, at),
      prediction: mapOf(apart, values, at - apart.labeled),
    })),
    {
      title: `The teacher’s pseudo labels: ${shares.join(", ")}`,
      panelPixels: 150,
      upwards: upwardsOf(apart),
      ...look,
      classes,
    },
  );
}

/** How sure the teacher is of them: the probability of its most likely class. */
export function confidences(apart: StepApart, { images = 3, ...look }: StepPictureOptions = {}): Figure {
  const { values } = eventOf(apart, "confidence");
  const sure = [0.7, 0.97].map((least) => `${percentOf(shareOf(values, (value) => value >= least))} reach ${least}`);
  const panels = shownOf(apart, images).unlabeled.map((at) => ({
    ...panelOf(apart, at),
    image: mapOf(apart, values, at - apart.labeled),
  }));
  const options = {
    z: "confidence (0 to 1)",
    ends: [1 / classesOf(apart).length, 1] as const,
    panelPixels: 150,
    upwards: upwardsOf(apart),
  };
  return pixelMap(panels, { title: `Of the teacher’s confidences ${sure.join(", ")}`, ...options, ...look });
}

/** What the student sees of the same images, with the labels that were mixed along. */
export function strongViews(apart: StepApart, { images = 3, ...look }: StepPictureOptions = {}): Figure {
  const [{ values: pixels }, { values: labels }] = ["strong view", "strong view labels"].map((name) =>
    eventOf(apart, name),
  );
  const before = eventOf(apart, "pseudo labels").values;
  const moved = shareOf(labels, (label, i) => label !== before[i]);
  return overlay(
    shownOf(apart, images).unlabeled.map((at) => ({
      ...panelOf(apart, at),
      image: planeOf(apart, pixels, at - apart.labeled),
      prediction: mapOf(apart, labels, at - apart.labeled),
    })),
    {
      title: `In the student’s view ${percentOf(moved)} of the pixels have another pseudo label than before the mixing`,
      panelPixels: 150,
      upwards: upwardsOf(apart),
      ...look,
      classes: classesOf(apart),
    },
  );
}

/** The queries of every class, over what the student sees. */
export function chosenQueries(apart: StepApart, { images = 3, ...look }: StepPictureOptions = {}): Figure {
  const views = eventOf(apart, "strong view").values;
  const shown = shownOf(apart, images);
  const panels = [
    ...shown.labeled.map((at) => ({ ...panelOf(apart, at), truth: mapOf(apart, apart.label, at) })),
    ...shown.unlabeled.map((at) => ({ ...panelOf(apart, at), image: planeOf(apart, views, at - apart.labeled) })),
  ];
  const drawn = byClass(apart, "draw");
  const sizes = byClass(apart, "population").map(({ values }) => values.length);
  const classes = classesOf(apart);
  const words = drawn.map(
    ({ class: of, values }, at) => `${values.length} of ${sizes[at]} pixels of ${classes[of].name}`,
  );
  return chosenPixels(
    [...shown.labeled, ...shown.unlabeled].map(
      (at, i): ChosenPanel => ({
        ...panels[i],
        chosen: drawn.map(({ class: of, values }) => ({ class: of, pixels: inImage(apart, values, at) })),
      }),
    ),
    {
      title: `Queries of the whole batch: ${words.join(", ")}`,
      columns: Math.min(images, apart.labeled),
      panelPixels: 150,
      upwards: upwardsOf(apart),
      ...look,
      classes,
    },
  );
}

/** The pixels of other classes that the queries of one class are told apart from, over what the teacher saw. */
export function chosenNegatives(
  apart: StepApart,
  { of = 1, images = 3, ...look }: StepPictureOptions & { of?: number } = {},
): Figure {
  const classes = classesOf(apart);
  const labels = [...apart.label, ...Array.from(eventOf(apart, "pseudo labels").values)];
  const { values = [] } = byClass(apart, "negatives").find((one) => one.class === of) ?? {};
  const drawn = classes.map((_, number) => ({
    class: number,
    pixels: Array.from(values).filter((pixel) => labels[pixel] === number),
  }));
  const words = drawn.flatMap(({ class: from, pixels }) =>
    pixels.length > 0 ? [`${pixels.length} pixels of ${classes[from].name}`] : [],
  );
  const shown = shownOf(apart, images);
  return chosenPixels(
    [...shown.labeled, ...shown.unlabeled].map(
      (at): ChosenPanel => ({
        ...panelOf(apart, at),
        ...(at < apart.labeled && { truth: mapOf(apart, apart.label, at) }),
        chosen: drawn.map(({ class: from, pixels }) => ({ class: from, pixels: inImage(apart, pixels, at) })),
      }),
    ),
    {
      title: `Negatives of ${classes[of].name} in the whole batch: ${words.join(", ") || "none"}`,
      columns: Math.min(images, apart.labeled),
      panelPixels: 150,
      upwards: upwardsOf(apart),
      ...look,
      classes,
    },
  );
}

const benchmarkOf = ({ config }: StepApart) => lookUp(benchmarks, config.benchmark, "benchmark");
const classesOf = (apart: StepApart) => benchmarkOf(apart).classes;
const upwardsOf = (apart: StepApart) => isSeenUpwards(benchmarkOf(apart));
const sizeOf = ({ imageShape: [, height, width] }: StepApart) => height * width;

/** A map of all pixels of some images, of one image. */
const mapOf = (apart: StepApart, values: ArrayLike<number>, at: number) =>
  Array.from({ length: sizeOf(apart) }, (_, i) => values[at * sizeOf(apart) + i]);

/** One of some images: a photograph in colour, else its first channel. */
function planeOf(apart: StepApart, values: ArrayLike<number>, at: number): Float32Array {
  const channels = apart.imageShape[3];
  const shown = benchmarkOf(apart).kind === "photographs" ? channels : 1;
  const place = (i: number) => (at * sizeOf(apart) + Math.floor(i / shown)) * channels + (i % shown);
  return Float32Array.from({ length: sizeOf(apart) * shown }, (_, i) => values[place(i)]);
}

function panelOf(apart: StepApart, at: number): Panel {
  const { case: volume, slice } = apart.examples[at];
  const [, height, width] = apart.imageShape;
  const title = `${volume}\nslice ${slice}, ${at < apart.labeled ? "labelled" : "unlabelled"}`;
  return { title, image: planeOf(apart, apart.image, at), shape: [height, width], phantom: benchmarkOf(apart).phantom };
}

/** Places in an image of those pixels of the batch that lie in it. */
const inImage = (apart: StepApart, pixels: ArrayLike<number>, at: number) =>
  Array.from(pixels, (pixel) => pixel - at * sizeOf(apart)).filter((place) => place >= 0 && place < sizeOf(apart));

/** The images of each part with most pixels of a class that is not the background, by truth or pseudo label, in their order. */
function shownOf(apart: StepApart, images: number): { labeled: number[]; unlabeled: number[] } {
  const pseudo = eventOf(apart, "pseudo labels").values;
  const fullest = (values: ArrayLike<number>, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      at,
      filled: mapOf(apart, values, at).filter((label) => label > 0).length,
    }))
      .sort((a, b) => b.filled - a.filled || a.at - b.at)
      .slice(0, images)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
  return {
    labeled: fullest(apart.label, apart.labeled),
    unlabeled: fullest(pseudo, apart.imageShape[0] - apart.labeled).map((at) => at + apart.labeled),
  };
}

const shareOf = (values: ArrayLike<number>, is: (value: number, i: number) => boolean) =>
  Array.from(values).filter(is).length / values.length;

const percentOf = (share: number) => percent(share, share > 0 && share < 0.1 ? 1 : 0);
