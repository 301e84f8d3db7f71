import { rescale, rescaleMap } from "../../images/geometry/rescale.js";
import { readPicture } from "../../images/pictures/index.js";
import type { Pixels } from "../../images/pictures/pixels.js";
import { standardised } from "../../images/pictures/standard.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { filesThere } from "../checks/filesThere.js";
import { resolveOptions } from "../choices.js";
import type { ListedSplit } from "../lists.js";
import { openSource } from "../opening.js";
import { places } from "../places.js";
import { partialLabels } from "./partialLabels.js";
import { type Encoding, readClasses } from "./photoLabels.js";
import { type PhotoForm, photoPreprocessing, photoVolume, type Size } from "./photoPreprocessing.js";
import { caseOf } from "./slices.js";

/** What a benchmark of photographs says about itself. */
type Facts = Pick<
  Benchmark,
  | "name"
  | "title"
  | "cite"
  | "licence"
  | "source"
  | "classes"
  | "labeledChoices"
  | "hasValidation"
  | "scales"
  | "optionsOf"
  | "labelValues"
>;

/** The photographs of a benchmark, found in a folder. */
export interface PhotoFiles {
  layout: string;
  /** Files of a photograph, whether they exist or not. */
  image(id: string): string;
  /** Undefined for one without. */
  label(id: string): string | undefined;
  /** What lies there, where folders and not lists say what belongs to the benchmark. */
  ids?: Record<"train" | "validation" | "test", readonly string[]>;
  /** What is not there of it, where that can be told. */
  gap?: string;
}

/** What a benchmark of photographs does in its own way. */
export interface PhotoSource {
  /** The only folder in which it is looked for, where it is not one of the usual places. */
  home?: string;
  /** Photographs that a complete copy has. */
  count: number;
  filesIn(folder: string): PhotoFiles | undefined;
  /** Which are to train on, and which of them are labelled. Throws a Problem where that cannot be told. */
  split(files: PhotoFiles, folder: string, labeled: number, options: DataOptions): ListedSplit;
  /** What the values in a mask's file mean. */
  encodingOf(path: string): Encoding;
  form(options: DataOptions): PhotoForm;
}

/**
 * A benchmark of RGB photographs: decoded (and where the paper does so, resized) once, standardised by ImageNet's mean and deviation,
 * trained on random cuts of `crop` pixels, looked at as a whole when scored. All photographs are files of their own.
 */
export function photographs(facts: Facts, source: PhotoSource): Benchmark {
  const { name } = facts;
  // How much of the labels there is (ReCo's partial labels) every benchmark of photographs leaves open.
  const optionsOf: Facts["optionsOf"] = (protocol) => ({ ...facts.optionsOf(protocol), partial: "all" });
  const filled = (options: DataOptions = {}) => ({ ...optionsOf("lab"), ...options });
  const all = facts.labeledChoices[facts.labeledChoices.length - 1];
  const benchmark: Benchmark = {
    ...facts,
    optionsOf,
    kind: "photographs",
    channels: 3,
    imageSize: cropOf(name, facts.optionsOf("lab")),
    unit: "voxel",
    phantom: false,
    find: (folder = source.home) => places(name, folder).find((place) => source.filesIn(place) !== undefined),

    state(asked, options) {
      const folder = benchmark.find(asked);
      const files = folder === undefined ? undefined : source.filesIn(folder);
      if (!folder || !files)
        return {
          found: 0,
          expected: 2 * source.count,
          message: `${places(name, asked).join(" or ")}: found no ${facts.title}; ${facts.source}`,
        };
      const { ids, message } = listed(files, folder, options);
      const paths = ids.flatMap((id) => [files.image(id), ...labelsOf(files, id)]);
      const there = { folder, layout: files.layout, ...filesThere(paths, facts.source) };
      return message ? { ...there, expected: 2 * source.count, message } : there;
    },

    async *check(folder, options) {
      const files = source.filesIn(folder);
      if (!files) throw new Problem(benchmark.state(folder, options).message);
      const { ids, message } = listed(files, folder, options);
      if (message) yield { path: folder, ok: false, message };
      for (const id of ids) {
        let size: Size | undefined;
        yield checkFile(files.image(id), async (path) => {
          size = (await readPicture(path)).shape;
        });
        for (const label of labelsOf(files, id))
          yield checkFile(label, (path) => {
            const { shape } = readClasses(path, source.encodingOf(path));
            if (size) checkSize(path, shape, size);
          });
      }
    },

    preprocessing: (options) => photoPreprocessing(source.form(filled(options))),

    async open(asked) {
      const folder = benchmark.find(asked.folder);
      const files = folder === undefined ? undefined : source.filesIn(folder);
      if (!folder || !files) throw new Problem(benchmark.state(asked.folder, asked.options).message);
      const options = resolveOptions(benchmark, asked);
      const { train, labeled, validation, test } = source.split(files, folder, asked.labeled, options);
      const form = source.form(options);
      const resized = (photo: Pixels) => (form.size ? rescale(photo, form.size, form.kernel) : photo);
      const labelOf = (id: string, own: Size, size: Size) => {
        const [path] = labelsOf(files, id);
        const { data, shape } = readClasses(path, source.encodingOf(path));
        checkSize(path, shape, own);
        return rescaleMap(data, shape, size);
      };
      return openSource({ ...benchmark, imageSize: cropOf(name, options) }, asked, {
        folder,
        options,
        recipe: [1, form.size, form.kernel, ...(options.partial === "all" ? [] : [options.partial])],
        slices: train.map((id) => ({ id, case: id, slice: 0, slices: 1, file: id, place: 0 })),
        labeledSlices: labeled,
        hasLabel: ({ file }) => files.label(file) !== undefined,
        validation,
        test,
        filesOf: (id) => ({ images: [files.image(id)], labels: labelsOf(files, id) }),
        async decode(id, isLabeled) {
          const photo = await readPicture(files.image(id));
          const { data, shape } = resized(photo);
          const labels = isLabeled
            ? partialLabels(name, options.partial, id, labelOf(id, photo.shape, shape), shape)
            : undefined;
          return { images: standardised(data), labels, shape };
        },
        async readCase(id) {
          const photo = await readPicture(files.image(id));
          const { data, shape } = form.isScoredResized ? resized(photo) : photo;
          const label = Uint8Array.from(labelOf(id, photo.shape, shape)); // −1 becomes 255
          return caseOf(
            id,
            photoVolume(Float32Array.from(data), shape, files.image(id)),
            photoVolume(label, shape, labelsOf(files, id)[0]),
          );
        },
        preprocessing: photoPreprocessing(form),
      });
    },
  };

  /** All photographs of the split; where it cannot be told, what lies there and why not. */
  function listed(files: PhotoFiles, folder: string, options: DataOptions = {}): { ids: string[]; message: string } {
    try {
      const { train, validation, test } = source.split(files, folder, all, filled(options));
      const ids = [...train, ...validation, ...test].sort();
      return { ids, message: files.gap ? `${folder}: ${files.gap}; ${facts.source}` : "" };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { train = [], validation = [], test = [] } = files.ids ?? {};
      return { ids: [...train, ...validation, ...test].sort(), message: error.message };
    }
  }
  return benchmark;
}

/** The mask of a photograph, if it has one. */
function labelsOf(files: PhotoFiles, id: string): string[] {
  const label = files.label(id);
  return label === undefined ? [] : [label];
}

function checkSize(path: string, found: Size, expected: Size): void {
  if (found[0] !== expected[0] || found[1] !== expected[1])
    throw new Problem(
      `${path}: found ${found[1]}×${found[0]} pixels, expected the ${expected[1]}×${expected[0]} of its photograph; get both again`,
    );
}

/** The cut that the options ask for: as high as wide. */
function cropOf(name: string, { crop }: DataOptions): number[] {
  if (typeof crop !== "number" || !Number.isInteger(crop) || crop < 16)
    throw new Problem(`${name}: option crop: found ${crop}, expected a whole number of pixels from 16 on`);
  return [crop, crop];
}
