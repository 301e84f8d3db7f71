import { Command } from "commander";
import { note, print, printJson } from "./output.js";

interface Options {
  like: string;
  out: string;
  overwrite?: boolean;
  json?: boolean;
}

const more = `
For labels that a program saved without the geometry of their images: the voxels stay as they are. With folders, each label takes the geometry of the image
that "arco data import" would pair it with. Labels that were drawn on another grid have to be resampled instead.

Examples:
  arco data geometry labels/case1.nii.gz --like images/case1.nii.gz --out labels-placed/case1.nii.gz
  arco data geometry labels --like images --out labels-placed`;

/** `arco data geometry LABEL --like IMAGE --out FILE`: a label with the geometry of its image. */
export function geometry(): Command {
  return new Command("geometry")
    .description("write a label, or a folder of them, anew with the geometry of its image; no voxel changes")
    .argument("<label>", "a NIfTI file, or a folder of them")
    .requiredOption("--like <image>", "its image, or a folder of images")
    .requiredOption("--out <path>", "the file to write, or a folder")
    .option("--overwrite", "replace files that are there already")
    .option("--json", "print one JSON object at the end")
    .addHelpText("after", more)
    .action(act);
}

async function act(label: string, { like, out, overwrite, json }: Options): Promise<void> {
  const { placeLabels } = await import("../benchmarks/own/placing.js");
  const { written, failed } = placeLabels(label, like, out, { overwrite });
  for (const { problem } of failed) note(`arco: ${problem}`);
  if (json) printJson({ written, failed });
  else for (const path of written) print(path);
  if (failed.length > 0) process.exitCode = 1;
}
