import { normalNoise } from "../engine/ops/noise.js";
import * as tf from "../engine/tf.js";
import type { Teacher } from "./studentTeacher.js";

/** A teacher's logits on images with noise η = clip(noise·N(0, 1), ±2·noise), in the forward pass of a step with that name. */
export const noisyLogits =
  (teacher: Teacher, noise: number) =>
  (image: tf.Tensor, step: number, ...pass: (string | number)[]): tf.Tensor =>
    tf.tidy(() => {
      const mode = teacher.mode(step, ...pass);
      const added = normalNoise(image.shape, mode.masks?.() ?? [0, step])
        .mul(noise)
        .clipByValue(-2 * noise, 2 * noise);
      return teacher.network.apply(teacher.params, image.add(added), mode).logits;
    });
