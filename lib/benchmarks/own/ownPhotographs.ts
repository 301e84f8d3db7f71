import { resolve } from "node:path";
import { Problem } from "../../problem.js";
import type { Benchmark } from "../benchmark.js";
import { photographs } from "../kinds/photographs.js";
import { sixteens } from "../kinds/photoPreprocessing.js";
import { labeledFirst } from "../lists.js";
import { descriptionIn, hasDescription } from "./description.js";
import { type PhotoDescription, photoIdentity } from "./photoDescription.js";
import { choicesOf } from "./splitting.js";

/**
 * The benchmark of photographs that a benchmark.json in a folder describes, of which only some have masks. Options: `imported` names the import: runs keep it, so that what was trained
 * on one import is never tested on another; `crop`.
 */
export function ownPhotographs(home: string, description: PhotoDescription): Benchmark {
  const { name, folders, classes, ignored, crop, split, photographs: files } = description;
  const identity = photoIdentity(description);
  const again = `correct "folders" in ${descriptionIn(home)} if they were moved, or import them again (arco data import … --overwrite)`;
  const encoding = new Map(classes.map(({ value }, number) => [value, number]));
  if (ignored !== undefined) encoding.set(ignored, -1);
  return photographs(
    {
      name,
      title: `${name} (own photographs)`,
      cite: "own data",
      licence: "own data",
      source: `own photographs: ${again}`,
      classes: classes.map(({ name, color }) => ({ name, color })),
      labelValues: classes.map(({ value }) => value),
      labeledChoices: choicesOf(split.labeled.length),
      hasValidation: split.validation.length > 0,
      scales: [0.5, 1.5],
      optionsOf: () => ({ imported: identity, crop }),
    },
    {
      home,
      count: Object.keys(files).length,
      filesIn: (folder) =>
        resolve(folder) === resolve(home) && hasDescription(home)
          ? {
              layout: "own photographs",
              image: (id) => resolve(folders.images, files[id].image),
              label: (id) => {
                const { label } = files[id];
                return label === undefined ? undefined : resolve(folders.labels, label);
              },
            }
          : undefined,
      split(_, folder, labeled, { imported }) {
        if (imported !== identity)
          throw new Problem(
            `${name}: found the import ${identity} in ${descriptionIn(home)}, expected ${imported}, which the run was made with; import the same files with the same choices again, or train anew`,
          );
        const { validation, test } = split;
        const count = labeled === split.labeled.length ? split.labeled.length : labeled;
        const { train } = labeledFirst([...split.labeled, ...split.unlabeled], count, folder, { all: -1 });
        return { train, labeled: count, validation, test };
      },
      encodingOf: () => encoding,
      form: () => ({ kernel: "bilinear", isScoredResized: false, frameOf: sixteens }),
    },
  );
}
