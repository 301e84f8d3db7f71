import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { bytesOf } from "../../images/file.js";
import { readNifti, readNiftiAnyLabel } from "../../images/nifti/index.js";
import type { Volume } from "../../images/volume.js";
import { Problem } from "../../problem.js";
import type { Benchmark, DataOptions } from "../benchmark.js";
import { checkFile } from "../checks/checkFile.js";
import { resolveOptions } from "../choices.js";
import { caseOf, slicesOf } from "../kinds/slices.js";
import { openSource } from "../opening.js";
import { blankness, rangeOf } from "./blank.js";
import { type Description, descriptionIn, hasDescription, identityOf } from "./description.js";
import { sha256 } from "./inspecting.js";
import { imageSlices, labelSlices, preprocessingOf } from "./preprocessing.js";
import { choicesOf } from "./splitting.js";

/**
 * The benchmark that a benchmark.json in a folder describes: scans of one's own, of which only some have labels. Its one option, `imported`, names the import:
 * runs keep it, so that what was trained on one import is never tested on another.
 */
export function ownBenchmark(home: string, description: Description): Benchmark {
  const { name, folders, classes, ignored, recipe, split, cases, oddities } = description;
  const identity = identityOf(description);
  const imagePath = (id: string) => resolve(folders.images, cases[id].image); // which may be whole already
  const labelPath = (id: string) => resolve(folders.labels, cases[id].label ?? "no label");
  const paths = Object.keys(cases).flatMap((id) => [imagePath(id), ...(cases[id].label ? [labelPath(id)] : [])]);
  const importAgain = "import them again (arco data import … --overwrite)";
  const again = `correct "folders" in ${descriptionIn(home)} if they were moved, or ${importAgain}`;
  const readLabel = (id: string) => mapped(readNiftiAnyLabel(labelPath(id)), description);

  function checkImport({ imported = identity }: DataOptions = {}): void {
    if (imported !== identity)
      throw new Problem(
        `${name}: found the import ${identity} in ${descriptionIn(home)}, expected ${imported}, which the run was made with; import the same files with the same choices again, or train anew`,
      );
  }

  const benchmark: Benchmark = {
    name,
    title: `${name} (own scans)`,
    cite: "own data",
    licence: "own data",
    oddities,
    source: `own scans: ${again}`,
    kind: "slices",
    orientation: recipe.orientation,
    channels: 1,
    classes: classes.map(({ name, color }) => ({ name, color })),
    labelValues: classes.map(({ value }) => value),
    imageSize: recipe.imageSize,
    labeledChoices: choicesOf(split.labeled.length),
    unit: "mm",
    phantom: false,
    hasValidation: split.validation.length > 0,
    ...(!recipe.mirror && { augmentation: { flip: false, quarterTurns: false } }),
    optionsOf: () => ({ imported: identity }),
    find: (folder = home) => (resolve(folder) === resolve(home) && hasDescription(home) ? home : undefined),

    state(asked) {
      const folder = benchmark.find(asked);
      if (!folder)
        return {
          found: 0,
          expected: paths.length,
          message: `${asked ?? home}: found no benchmark.json of ${name}, which lies in ${home}; leave --folder out`,
        };
      const missing = paths.filter((path) => !existsSync(path));
      return {
        folder,
        layout: "own scans",
        found: paths.length - missing.length,
        expected: paths.length,
        message: missing.length
          ? `${missing[0]}: not found (${missing.length} of ${paths.length} files); ${again}`
          : "",
      };
    },

    async *check() {
      for (const [id, { sha256: expected }] of Object.entries(cases)) {
        yield checkFile(imagePath(id), (path) => {
          checkSame(path, expected.image);
          const blank = blankness(rangeOf(readNifti(path)), recipe);
          if (blank)
            throw new Problem(`${path}: ${blank}, expected an image; take it out of the folder and ${importAgain}`);
        });
        if (expected.label) yield checkFile(labelPath(id), (path) => checkSame(path, expected.label));
      }
    },

    preprocessing(options) {
      checkImport(options);
      return preprocessingOf(recipe);
    },

    async open(asked) {
      const folder = benchmark.find(asked.folder);
      const { message } = benchmark.state(asked.folder);
      if (!folder || message) throw new Problem(message);
      const options = resolveOptions(benchmark, asked);
      checkImport(options);
      const training = [...split.labeled, ...split.unlabeled].map((id) => slicesOf(id, cases[id].slices));
      return openSource(benchmark, asked, {
        folder,
        options,
        recipe: [1, recipe, classes.map(({ value }) => value), ignored],
        slices: training.flat(),
        labeledSlices: training.slice(0, asked.labeled).flat().length,
        hasLabel: (slice) => cases[slice.case].label !== undefined,
        validation: split.validation,
        test: split.test,
        filesOf: (id) => ({ images: [imagePath(id)], labels: cases[id].label ? [labelPath(id)] : [] }),
        async decode(id, isLabeled) {
          const image = readNifti(imagePath(id));
          const label = isLabeled ? caseOf(id, image, readLabel(id)).label : undefined;
          return { images: imageSlices(image, recipe).data, labels: label && labelSlices(label, recipe) };
        },
        readCase: async (id) => caseOf(id, readNifti(imagePath(id)), readLabel(id)),
        preprocessing: preprocessingOf(recipe),
      });
    },
  };
  return benchmark;
}

/** Throws a Problem where a file is not, to the last byte, the one that was imported and found good. */
function checkSame(path: string, expected: string | undefined): void {
  const found = sha256(bytesOf(path, "the NIfTI file that was imported"));
  if (found !== expected)
    throw new Problem(
      `${path}: found sha256 ${found.slice(0, 12)}…, expected ${expected?.slice(0, 12)}…: it was changed since it was imported; import again (arco data import … --overwrite)`,
    );
}

/** A label file's values as numbers of classes, what is ignored as 255. */
function mapped(
  { data, ...geometry }: Volume<Float32Array | Uint8Array>,
  { classes, ignored }: Description,
): Volume<Uint8Array> {
  const numbers = new Map(classes.map(({ value }, number) => [value, number]));
  if (ignored !== undefined) numbers.set(ignored, 255);
  const found = new Uint8Array(data.length);
  for (let from = 0, to = 0; from < data.length; from = to) {
    const number = numbers.get(data[from]);
    if (number === undefined)
      throw new Problem(
        `${geometry.path}: found the label ${data[from]}, expected only ${[...numbers.keys()].join(", ")}; the file was changed since it was imported`,
      );
    while (to < data.length && data[to] === data[from]) to++; // labels come in runs
    found.fill(number, from, to);
  }
  return { ...geometry, data: found };
}
