import { trainable } from "../engine/params.js";
import type * as tf from "../engine/tf.js";
import { pooled } from "../heads/pooled.js";
import { networkOf, type Setup } from "../methods/method.js";
import { encoderPaths, newStudent, type Student } from "../methods/studentTeacher.js";
import type { FrameworkOptions } from "./frameworkOptions.js";

/** What a framework pre-trains, as a function from images to features [n, width]. */
export interface Backbone extends Student<tf.Tensor> {
  width: number;
}

/**
 * The encoder alone, with its coarsest map averaged over the image as features; or encoder and decoder, with the finest map in front of the last layer.
 * That layer is not trained: it stays as what is trained later would begin with it.
 */
export function backboneOf(setup: Setup<Pick<FrameworkOptions, "part">>): Backbone {
  const network = networkOf(setup);
  const { encoder, decoder } = network;
  if (setup.options.part === "encoder") {
    const student = newStudent<tf.Tensor>(setup, {
      init: encoder.init,
      apply: (params, image, mode) => pooled(last(encoder.apply(params, image, mode))),
    });
    return { ...student, width: last(encoder.widths) };
  }
  const steps = decoder.widths.length - 1;
  const student = newStudent<tf.Tensor>(setup, {
    init: network.init,
    apply: (params, image, mode) => pooled(decoder.after(steps, params, encoder.apply(params, image, mode), mode)),
  });
  const encoding = encoderPaths(network, student.params);
  const decoding = new Set(decoder.steps(student.params).flatMap(trainable));
  const trained = Object.entries(student.trained).filter(
    ([path, variable]) => encoding.includes(path) || decoding.has(variable),
  );
  return { ...student, trained: Object.fromEntries(trained), width: last(decoder.widths) };
}

const last = <T>(all: readonly T[]): T => all[all.length - 1];
