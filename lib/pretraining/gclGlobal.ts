import { z } from "zod";
import { lossAndGradients } from "../engine/gradients.js";
import { relu } from "../engine/ops/activation.js";
import { flatten, parameter, uniformInit } from "../engine/params.js";
import { stream } from "../engine/random.js";
import * as tf from "../engine/tf.js";
import { pooled } from "../heads/pooled.js";
import { pairContrast } from "../losses/pairContrast.js";
import type { Batch, Method } from "../methods/method.js";
import * as option from "../methods/options.js";
import { gclGlobalStage } from "../methods/recipes.js";
import { encoderStudentOf, owned } from "../methods/studentTeacher.js";
import { optimizer } from "../optimizers/optimizer.js";
import { checkParts, partitionPairs } from "./partitionPairs.js";
import { slabPlaces, slabsOf } from "./slabs.js";

const options = z.strictObject({
  temperature: option.temperature(0.1).describe("divides the cosines of embeddings"),
  // all of a map of 256 channels at 16×16 would take 67 million weights, forty times those of the network
  pooling: z
    .enum(["average", "flatten"])
    .default("average")
    .describe("what the head sees of the coarsest map: its average or all of it"),
  hidden: option.width(1024).describe("width of the layer within the head"),
  embedding: option.width(128).describe("length of an embedding"),
  smallest: option.share(0.27).describe("least share of the image that an augmentation shows"),
});

/**
 * First stage of GCL: slices of the same part of different volumes, and a slice and its augmentation, are positives, slices of different parts negatives
 * (the loss G^D). Trains the encoder alone, without labels. In the place of slices a V-Net sees slabs of 16, which patches are cut into; the patch's position
 * says which part of the volume each lies in (our choice: no code for volumes was released, and whole patches of two parts would be nearly the same).
 */
export const gclGlobal: Method<z.infer<typeof options>> = {
  name: "gclGlobal",
  title: "GCL, global stage",
  cite: "Chaitanya et al., NeurIPS 2020 (domain_specific_cl)",
  options,
  protocols: { paper: { pooling: "flatten" }, released: { pooling: "flatten" } },
  dimensions: [2, 3],
  labeled: false,
  unlabeled: true,
  recipe: gclGlobalStage,
  pretrains: () => "encoder",
  views: ({ smallest }) => ({
    augmented: {
      of: "all",
      steps: [
        { change: "resizedCrop", area: [smallest, 1], aspect: [1, 1] },
        { change: "photometric", jitterProbability: 1, brightness: 0.3, contrast: 0.3, blurProbability: 0 },
      ],
    },
  }),
  create(setup) {
    const { temperature, pooling, hidden, embedding } = setup.options;
    const student = encoderStudentOf(setup);
    const depth: number | undefined = setup.imageSize[2]; // of volumes
    const cut = (images: tf.Tensor) => (depth === undefined ? images : slabsOf(images));
    /** Places of slices are drawn by parts; those of patches at random, so that now and then all lie in one part: the loss is 0 then. */
    const placesOf = (examples: Batch["examples"]) => {
      if (depth !== undefined) return slabPlaces(examples, depth);
      checkParts(examples);
      return examples;
    };
    const seen = (pyramid: readonly tf.Tensor[]) =>
      (pooling === "average" ? pooled : flat)(pyramid[pyramid.length - 1]);
    const inputs = tf.tidy(() => {
      const image = cut(tf.zeros([1, ...setup.imageSize, setup.channels]));
      return seen(student.network.apply(student.params, image, { training: false })).shape[1] ?? 0;
    });
    const rng = stream(setup.seed, "projector");
    const matrix = (from: number, to: number) => parameter(uniformInit(rng, [from, to], from));
    const head = { first: matrix(inputs, hidden), second: matrix(hidden, embedding) }; // without biases
    const embed = (rows: tf.Tensor) => relu(rows.matMul(head.first)).matMul(head.second);
    const trained = { ...student.trained, ...flatten(head, "heads/") };
    const update = optimizer(trained, setup.steps, setup.optimizer);

    return {
      step: async ({ step, image, views, examples }) =>
        tf.tidy(() => {
          const pairs = partitionPairs(placesOf(examples));
          const { terms, gradients } = lossAndGradients(Object.values(trained), () => {
            const images = [image, views.augmented.image].map(cut);
            const rows = embed(seen(student.at(step)(tf.concat(images))));
            return { loss: pairContrast(rows.expandDims(), pairs, { temperature }) };
          });
          update.apply(gradients, step);
          return terms;
        }),
      ...owned(student, update, { variables: flatten(head, "heads/") }),
    };
  },
};

const flat = (map: tf.Tensor) => map.reshape([map.shape[0], -1]);
