import type { Benchmark, DataOptions } from "./benchmark.js";
import { hippocampus, openSample } from "./hippocampus.js";
import { clippedZScore } from "./intensity.js";
import { slidingWindowOf } from "./kinds/slidingWindow.js";
import { volumePreprocessing, whole } from "./kinds/volumes.js";

/**
 * The hippocampus sample as volumes: a patch of 48×64×48 holds any of its scans (31–43 × 40–59 × 24–47) whole. Options: `patch`, `stride`, `weighting` and `normalisation` of the windows
 * by which scans are looked at.
 */
export const hippocampusVolumes: Benchmark = {
  ...hippocampus,
  name: "hippocampus-volumes",
  title: "MSD hippocampus (sample of 90) as volumes",
  kind: "volumes",
  whole: undefined,
  imageSize: [48, 64, 48],
  optionsOf: () => ({ patch: "48x64x48", stride: "48x64x48", weighting: "uniform", normalisation: "scan" }),
  preprocessing: (options) => preprocessingOf(options),

  async open(asked) {
    const preprocessing = preprocessingOf(asked.options);
    const seen = { ...hippocampusVolumes, imageSize: preprocessing.slidingWindow.size };
    return openSample(seen, asked, {
      preprocessing,
      examplesOf: (id) => [{ id, case: id, slice: 0, slices: 1, file: id, place: 0 }],
      decoded(image, label) {
        const { slices, shape } = preprocessing.toNetwork(image);
        return { images: slices[0], labels: label && preprocessing.labelToNetwork(label), shape };
      },
    });
  },
};

const preprocessingOf = (options: DataOptions = {}) =>
  volumePreprocessing({
    slidingWindow: slidingWindowOf(hippocampusVolumes.name, { ...hippocampusVolumes.optionsOf("lab"), ...options }),
    channels: 1,
    normalised: clippedZScore,
    boxOf: whole,
  });
