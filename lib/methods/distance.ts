import { z } from "zod";
import { flatten, trainableByPath } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { distanceHead, distanceHeadInit } from "../heads/signedDistance.js";
import { squaredError } from "../losses/squaredError.js";
import { supervised as supervisedLoss } from "../losses/supervised.js";
import { type Boundless, signedDistance } from "../metrics/signedDistance.js";
import type { Mode } from "../networks/network.js";
import type { Batch, Setup } from "./method.js";
import * as option from "./options.js";
import { type SegmentationStudent, studentOf } from "./studentTeacher.js";

/** What a network that says signed distances too learns from labels by: options of DTC and SASSNet. */
export const distanceOptions = {
  supervised: option.supervisedLoss(),
  scale: option.supervisedScale(0.5),
  distance: option.weight(0.3).describe("of the squared error of the signed distances on labelled images"),
  absent: z
    .enum(["far", "zero"])
    .default("far")
    .describe(
      "signed distance of a class that an image does not show: 1 everywhere, as far from it as can be, or 0 as released, which is the distance of its boundary",
    ),
};

/** Those options as in the papers and their code, which are for volumes of one foreground class. */
export const publishedDistance = { supervised: "dice", scale: 1, absent: "zero", passes: "joint" } as const;

/** A student with a second head on its last map, which says the signed distances. */
export interface DistanceStudent extends SegmentationStudent {
  /** Images → logits [images, …size, classes] and signed distances [images, …size, classes − 1]. */
  heads(mode: Mode): (image: tf.Tensor) => [logits: tf.Tensor, distances: tf.Tensor];
}

/** The network of a setup with a head for signed distances. */
export function distanceStudentOf(setup: Setup<object>): DistanceStudent {
  const { seed, classes, imageSize } = setup;
  const student = studentOf(setup);
  const { network, params } = student;
  const head = distanceHeadInit(stream(seed, "init", "distance"), {
    width: network.decoder.widths[network.decoder.widths.length - 1],
    classes,
    dimensions: imageSize.length,
  });
  return {
    ...student,
    trained: { ...student.trained, ...trainableByPath(head, "distance/") },
    variables: { ...student.variables, ...flatten(head, "distance/") },
    heads: (mode) => (image) => {
      const { logits, last } = network.apply(params, image, mode);
      return [logits, distanceHead(last, head)];
    },
  };
}

/** What both heads learn from labels: the loss on the classes, the squared error of the signed distances, and their weighted sum. */
export function learnedFromLabels(
  [logits, distances]: readonly tf.Tensor[],
  { label, truth }: { label: tf.Tensor; truth: tf.Tensor },
  { supervised: of, scale, distance: weight }: z.infer<z.ZodObject<typeof distanceOptions>>,
): { supervised: tf.Scalar; distance: tf.Scalar; sum: tf.Scalar } {
  const dice = of === "dice" ? ({ over: "foreground" } as const) : undefined;
  const supervised = supervisedLoss(logits, label, { scale, of, dice });
  const distance = squaredError(distances, truth);
  return { supervised, distance, sum: supervised.add(distance.mul(weight)) };
}

/** The signed distance maps of a batch's labels, [labeled, …size, classes − 1]. Pixels labelled −1 are outside all classes. */
export function distancesOf(
  { arrays, label: { shape } }: Pick<Batch, "arrays" | "label">,
  { classes, absent }: { classes: number; absent: Boundless },
): tf.Tensor {
  const [images, ...size] = shape;
  const pixels = arrays.label.length / images;
  const all = new Float32Array(arrays.label.length * (classes - 1));
  for (let image = 0; image < images; image++) {
    const label = arrays.label.subarray(image * pixels, (image + 1) * pixels);
    for (let of = 1; of < classes; of++) {
      const data = new Uint8Array(pixels); // in a loop: `from` with a function is far slower, and every step waits for it
      for (let i = 0; i < pixels; i++) data[i] = label[i] === of ? 1 : 0;
      const distances = signedDistance({ data, shape: size }, { boundless: absent });
      for (let i = 0; i < pixels; i++) all[(image * pixels + i) * (classes - 1) + of - 1] = distances[i];
    }
  }
  return tf.tensor(all, [...shape, classes - 1]);
}
