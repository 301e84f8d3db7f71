import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PhotoFiles } from "../kinds/photographs.js";
import { namesIn } from "../places.js";

/** Where the two archives are unpacked: `leftImg8bit` and `gtFine` beside one another, or each in the folder of its archive. */
const layouts = [
  { layout: "official", images: ["leftImg8bit"], labels: ["gtFine"] },
  {
    layout: "official, by archive",
    images: ["leftImg8bit_trainvaltest", "leftImg8bit"],
    labels: ["gtFine_trainvaltest", "gtFine"],
  },
];

/** Cityscapes in a folder, or undefined. Ids are the beginnings of the file names, "aachen_000000_000019", by cities in alphabetical order. */
export function cityscapesFilesIn(folder: string): PhotoFiles | undefined {
  const found = layouts.find(({ images }) => namesIn(join(folder, ...images)).includes("train"));
  if (!found) return undefined;
  const [images, labels] = [join(folder, ...found.images), join(folder, ...found.labels)];
  const train = idsIn(join(images, "train"));
  const test = idsIn(join(images, "val"));
  const tested = new Set(test);
  const place = (root: string, id: string) => join(root, tested.has(id) ? "val" : "train", id.split("_")[0], id);
  return {
    layout: found.layout,
    ids: { train, validation: [], test },
    image: (id) => `${place(images, id)}_leftImg8bit.png`,
    label(id) {
      const path = `${place(labels, id)}_gtFine`;
      const [given, made] = [`${path}_labelIds.png`, `${path}_labelTrainIds.png`];
      return !existsSync(given) && existsSync(made) ? made : given;
    },
  };
}

const suffix = "_leftImg8bit.png";

const idsIn = (folder: string): string[] =>
  namesIn(folder).flatMap((city) =>
    namesIn(join(folder, city))
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length)),
  );
