import { stream } from "../../engine/random.js";
import { asRows } from "../../engine/rows.js";
import * as tf from "../../engine/tf.js";
import { clusterGroups } from "../../samplers/clusters.js";
import { type Groups, gridGroups } from "../../samplers/groups.js";
import type { Population } from "../../samplers/population.js";
import { superpixelGroups } from "../../samplers/superpixels.js";
import type { ArcoOptions } from "./options.js";
import type { StepInputs } from "./stepInputs.js";

/** The function that groups a class's pixels: by cells of a grid, by superpixels of the mean of all channels, or by clusters of the teacher's finest features. */
export async function grouping(
  inputs: StepInputs,
  { groups, cells, scope }: ArcoOptions,
): Promise<(population: Population) => Groups> {
  if (groups === "grid") return (population) => gridGroups(population, { cells, scope });
  if (groups === "superpixels") {
    const channels = inputs.labeledImage.shape.at(-1) ?? 1;
    const given = [...(await inputs.labeledImage.data<"float32">()), ...inputs.view.images];
    const image = Float32Array.from({ length: given.length / channels }, (_, pixel) => {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += given[pixel * channels + channel];
      return sum / channels;
    });
    return (population) => superpixelGroups(population, image, { cells });
  }
  const maps = tf.tidy(() => tf.concat(inputs.teacher.map(({ features }) => asRows(features[features.length - 1]))));
  const rows = await maps.data<"float32">();
  const features = maps.shape[1] ?? 1;
  maps.dispose();
  const places = sourcesOf(inputs);
  return (population) => {
    const own = new Float32Array(population.pixels.length * features);
    for (const [at, pixel] of population.pixels.entries())
      own.set(rows.subarray(places[pixel] * features, (places[pixel] + 1) * features), at * features);
    const rng = stream(0, "clusters", inputs.step);
    return clusterGroups({ rows: own, features }, rng, { clusters: cells ** population.shape.length });
  };
}

/** For each pixel of the student's view, its position in the teacher's maps. */
function sourcesOf({ truth, view, weak, teacherView }: StepInputs): Int32Array {
  const places = Int32Array.from({ length: truth.length + view.sources.length }, (_, i) => i);
  if (teacherView === weak)
    for (const [at, source] of view.sources.entries()) places[truth.length + at] = truth.length + Math.max(source, 0);
  return places;
}
