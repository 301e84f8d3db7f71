import { dirname } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Imported, ImportOptions } from "../benchmarks/own/importing.js";
import { pairingRule } from "../benchmarks/own/pairs.js";
import type { importRows } from "../benchmarks/own/summary.js";
import { note, number, print, printJson, table, whole } from "./output.js";
import { counter } from "./progress.js";
import { interruptible } from "./signals.js";

type Row = ReturnType<typeof importRows>[number];

interface Options extends Omit<ImportOptions, "from" | "names"> {
  images?: string;
  labels?: string;
  classes?: ReadonlyMap<number, string>;
  json?: boolean;
}

const more = `
${pairingRule}
Labels are whole numbers, 0 the background; which ones is yours to choose (0 and 255, say). Images without a label are trained on without one.
A folder with the dataset.json of the Medical Segmentation Decathlon or of nnU-Net says all this itself; scans in its imagesTs count as unlabelled.

Masks of photographs have their names and sizes and hold the numbers of classes; 255 is not labelled. The first few labelled are those with the rarest classes (ReCo).

Nothing is copied. benchmark.json keeps the whole paths of the two folders; when they are moved, correct its "folders", or import again with --overwrite.
It is found in data/own and in the folder that ARCO_DATA names; put elsewhere with --out, set ARCO_DATA to where it lies.

Examples:
  arco data import --images scans --labels masks --name my-hearts
  arco data import Task04_Hippocampus --no-mirror
  arco train --benchmark my-hearts --labeled 3 --method meanTeacher`;

/** `arco data import`: a benchmark out of scans of one's own. */
export function dataImport(): Command {
  return new Command("import")
    .description(
      "make a benchmark of your own NIfTI files, or of photographs, of which only some need labels; every other command then takes its name",
    )
    .argument("[folder]", "folder with a dataset.json; or give --images and --labels")
    .option("--images <folder>", "the scans, .nii or .nii.gz; or photographs, PNG or JPEG")
    .option(
      "--labels <folder>",
      "the label maps of some of them (of photographs masks as PNG, palettised or grey); may be the same folder",
    )
    .option("--name <name>", "letters a–z, digits, hyphens (default: from the folder's name)")
    .option("--out <folder>", "where benchmark.json goes (default: data/own/NAME)")
    .option("--classes <list>", "names of label values, as in 1=liver,2=tumour", classes)
    .addOption(
      new Option("--modality <name>", "how intensities are scaled (default: see the printed reason)").choices([
        "mr",
        "ct",
      ]),
    )
    .option("--window <low,high>", "of CT: the HU that become 0 and 1 (default: -200,250)", window)
    .option("--channel <n>", "which channel, where scans have several", whole(0))
    .addOption(
      new Option("--slices <name>", "how volumes are sliced (default: across the thickest direction)").choices([
        "axial",
        "coronal",
        "sagittal",
      ]),
    )
    .option("--size <pixels>", "most pixels along a side of a slice (default: 256)", number)
    .option("--no-mirror", "never mirror training images: left and right are told apart")
    .option(
      "--validation <n>",
      "labelled cases to choose the best weights by (default: a tenth, none of fewer than 4)",
      whole(0),
    )
    .option("--test <n>", "labelled cases for the test, at least 1 (default: a fifth)", whole(1))
    .option("--seed <n>", "seed of the split (default: 0)", whole(0))
    .option("--overwrite", "replace an import of the same name")
    .option("--json", "print one JSON object at the end")
    .addHelpText("after", more)
    .action(act);
}

async function act(
  folder: string | undefined,
  { images, labels, classes: names, json, ...options }: Options,
): Promise<void> {
  const { importScans } = await import("../benchmarks/own/importing.js");
  const { isFoundByItself } = await import("../benchmarks/own/found.js");
  const { importFindings, importRows: rowsOf } = await import("../benchmarks/own/summary.js");
  const { arePhotographs, importPhotographs, photoFindings } = await import(
    "../benchmarks/own/importingPhotographs.js"
  );
  const from = await sourceOf(folder, images, labels);
  const shown = counter("import");
  if (typeof from === "object" && arePhotographs(from.images)) {
    const made = await interruptible((signal) =>
      importPhotographs({ ...options, from, names, signal, onCase: shown.show }).finally(shown.close),
    );
    const { path, description, benchmark } = made;
    for (const oddity of description.oddities) note(`Beware: ${oddity}.`);
    if (json) return void printJson({ path, labeledChoices: benchmark.labeledChoices, ...description });
    const where = isFoundByItself(dirname(path)) ? "" : `ARCO_DATA=${dirname(path)} `;
    const method =
      description.split.unlabeled.length > 0 || benchmark.labeledChoices.length > 1 ? "reco" : "supervised";
    return void print(...summary({ path, benchmark, method }, rowsOf(made), photoFindings(made), where));
  }
  const imported = await interruptible((signal) =>
    importScans({ ...options, from, names, signal, onCase: shown.show }).finally(shown.close),
  );
  const { path, description, benchmark } = imported;
  for (const oddity of description.oddities) note(`Beware: ${oddity}.`);
  if (json) printJson({ path, labeledChoices: benchmark.labeledChoices, ...description });
  else {
    const where = isFoundByItself(dirname(path)) ? "" : `ARCO_DATA=${dirname(path)} `;
    const method = description.split.unlabeled.length ? "meanTeacher" : "supervised";
    print(...summary({ path, benchmark, method }, rowsOf(imported), importFindings(imported), where));
  }
}

async function sourceOf(folder?: string, images?: string, labels?: string): Promise<ImportOptions["from"]> {
  const { Problem } = await import("../problem.js");
  if (folder !== undefined && images === undefined && labels === undefined) return folder;
  if (folder === undefined && images !== undefined && labels !== undefined) return { images, labels };
  throw new Problem("arco data import: expected either a folder with a dataset.json, or --images DIR and --labels DIR");
}

/** What a person wants to know of an import. */
function summary(
  { path, benchmark, method }: Pick<Imported, "path" | "benchmark"> & { method: string },
  rows: Row[],
  findings: string[],
  where: string,
): string[] {
  const cells = rows.map((row) => Object.values(row).map(String));
  return [
    benchmark.name,
    ...findings.map((finding) => `- ${finding}`),
    "",
    ...table([Object.keys(rows[0]), ...cells]),
    "",
    `written: ${path}`,
    `next: ${where}arco train --benchmark ${benchmark.name} --labeled ${benchmark.labeledChoices.at(-1)} --method ${method}`,
  ];
}

function classes(text: string): Map<number, string> {
  const entries = text.split(",").map((part) => /^\s*(\d+)\s*=\s*(.+?)\s*$/.exec(part));
  return new Map(
    entries.map((found) => {
      if (!found) throw new InvalidArgumentError("Expected value=name pairs such as 1=liver,2=tumour.");
      return [Number(found[1]), found[2]];
    }),
  );
}

function window(text: string): [number, number] {
  const [low, high, ...more] = text.split(",").map(number);
  if (high === undefined || more.length > 0) throw new InvalidArgumentError("Expected two numbers such as -200,250.");
  return [low, high];
}
