import { existsSync } from "node:fs";
import { join } from "node:path";
import { fit } from "../images/geometry/fit.js";
import { checkSameGrid } from "../images/geometry/grid.js";
import { readNiftiHeader } from "../images/nifti/bytes.js";
import { readNifti, readNiftiLabel } from "../images/nifti/index.js";
import type { Volume } from "../images/volume.js";
import { Problem } from "../problem.js";
import type { Benchmark, Opened, OpenOptions, Preprocessing } from "./benchmark.js";
import type { Decoded } from "./cache/store.js";
import { checkFile } from "./checks/checkFile.js";
import { checkHash, readHashes } from "./checks/sums.js";
import { resolveOptions } from "./choices.js";
import { clippedZScore } from "./intensity.js";
import { apart, caseOf, slicesOf, together } from "./kinds/slices.js";
import { openSource } from "./opening.js";
import { dataFolder, places } from "./places.js";
import type { Slice } from "./pools.js";
import { readSplit } from "./split.js";

const imageSize = [64, 48] as const; // all axial slices fit: 40–59 × 31–43
const labels = [0, 1, 2];

/** MSD Task04: 90 small volumes that come with the repository. Axial slices, centred on 64×48, clipped to percentiles and standardised per volume; a network of volumes sees them whole. */
export const hippocampus: Benchmark = {
  name: "hippocampus",
  title: "MSD hippocampus (sample of 90)",
  cite: "Antonelli et al., The Medical Segmentation Decathlon, Nature Communications 2022",
  licence: "CC BY-SA 4.0",
  source:
    "comes with the repository, in data/hippocampus; if files are missing there, check them out again: git checkout -- data/hippocampus",
  kind: "slices",
  whole: "hippocampus-volumes",
  orientation: "RAS", // all 90 volumes
  spacingMm: [1, 1, 1], // nominally; all headers say so
  channels: 1,
  classes: [
    { name: "background", color: [0, 0, 0] },
    { name: "anterior", color: [230, 159, 0] },
    { name: "posterior", color: [86, 180, 233] },
  ],
  imageSize,
  labeledChoices: [1, 3, 6, 60],
  unit: "mm",
  phantom: false,
  hasValidation: true,
  augmentation: { flip: false, quarterTurns: false }, // anterior and posterior are told apart by where they lie
  optionsOf: () => ({}),
  find: (folder) => places("hippocampus", folder).find((place) => existsSync(join(place, "split.json"))),

  state(asked) {
    const folder = hippocampus.find(asked);
    if (!folder)
      return {
        found: 0,
        expected: 181,
        message: `${asked ?? join(dataFolder, "hippocampus")}: found no split.json; the sample ${hippocampus.source}`,
      };
    const { train, validation, test } = readSplit(folder);
    const files = [...train, ...validation, ...test].flatMap((id) => [imagePath(folder, id), labelPath(folder, id)]);
    const missing = files.filter((file) => !existsSync(file));
    const message = missing.length
      ? `${missing[0]}: not found (${missing.length} files); the sample ${hippocampus.source}`
      : "";
    return { folder, layout: "MSD", found: files.length - missing.length + 1, expected: files.length + 1, message };
  },

  async *check(folder) {
    const { train, validation, test } = readSplit(folder);
    const hashes = readHashes(folder);
    for (const id of [...train, ...validation, ...test].sort()) {
      yield checkFile(imagePath(folder, id), (path) => {
        checkHash(path, hashes.get(`imagesTr/${id}.nii.gz`));
        const image = readNifti(path);
        const { shape } = image;
        if (shape[1] > imageSize[0] || shape[2] > imageSize[1])
          throw new Problem(
            `${path}: found slices of ${shape[1]}×${shape[2]}, expected at most ${imageSize.join("×")}`,
          );
        clippedZScore(image);
      });
      yield checkFile(labelPath(folder, id), (path) => {
        checkHash(path, hashes.get(`labelsTr/${id}.nii.gz`));
        checkSameGrid(readNifti(imagePath(folder, id)), readNiftiLabel(path, labels));
      });
    }
  },

  preprocessing: () => preprocessing,

  open: (asked) =>
    openSample(hippocampus, asked, {
      preprocessing,
      examplesOf: slicesOf,
      decoded: (image, label) => ({ images: standardised(image), labels: label && centredLabel(label) }),
    }),
};

/** What a scan of the sample is to a network. */
interface SampleForm {
  preprocessing: Preprocessing;
  /** What there is to train on in a scan of so many slices. */
  examplesOf(id: string, count: number): Slice[];
  /** A scan, and its label if that is known, as the network sees them. */
  decoded(image: Volume, label?: Volume<Uint8Array>): Pick<Decoded, "images" | "labels"> & Partial<Decoded>;
}

/** Opens the sample in one of its forms. */
export async function openSample(
  benchmark: Benchmark,
  asked: OpenOptions,
  { preprocessing, examplesOf, decoded }: SampleForm,
): Promise<Opened> {
  const folder = benchmark.find(asked.folder);
  if (!folder) throw new Problem(benchmark.state(asked.folder).message);
  const { train, validation, test } = readSplit(folder);
  const examples = train.map((id) => examplesOf(id, readNiftiHeader(imagePath(folder, id)).shape[0]));
  return openSource(benchmark, asked, {
    folder,
    options: resolveOptions(benchmark, asked),
    recipe: [1],
    slices: examples.flat(),
    labeledSlices: examples.slice(0, asked.labeled).flat().length,
    validation,
    test,
    filesOf: (id) => ({ images: [imagePath(folder, id)], labels: [labelPath(folder, id)] }),
    decode: async (id, isLabeled) => {
      const image = readNifti(imagePath(folder, id));
      const label = isLabeled ? readNiftiLabel(labelPath(folder, id), labels) : undefined;
      if (label) checkSameGrid(image, label);
      return decoded(image, label);
    },
    readCase: async (id) => caseOf(id, readNifti(imagePath(folder, id)), readNiftiLabel(labelPath(folder, id), labels)),
    preprocessing,
  });
}

const preprocessing: Preprocessing = {
  toNetwork: (image) => ({ slices: apart(standardised(image), image.shape[0]), shape: imageSize }),
  fromNetwork: (maps, { data, ...geometry }) => ({
    ...geometry,
    data: fit(
      together(maps, imageSize, geometry),
      [geometry.shape[0], ...imageSize],
      geometry.shape.slice(1),
      new Uint8Array(data.length),
    ),
  }),
};

const imagePath = (folder: string, id: string) => join(folder, "imagesTr", `${id}.nii.gz`);
const labelPath = (folder: string, id: string) => join(folder, "labelsTr", `${id}.nii.gz`);

// Around the volume is 0, its mean: the crops end within the brain, so there is no darkness around them to be continued.
const standardised = (image: Volume) =>
  fit(clippedZScore(image), image.shape, imageSize, new Float32Array(image.shape[0] * imageSize[0] * imageSize[1]));

const centredLabel = ({ data, shape }: Volume<Uint8Array>) =>
  fit(Int8Array.from(data), shape, imageSize, new Int8Array(shape[0] * imageSize[0] * imageSize[1]));
