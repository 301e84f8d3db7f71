import { Command, Option } from "commander";
import type { SegmentedFiles, SegmentFilesOptions } from "../segmentation/segmentFiles.js";
import { addChoice } from "./choice.js";
import { note, print, printJson } from "./output.js";
import { counter } from "./progress.js";
import { interruptible } from "./signals.js";

type SegmentOptions = Omit<SegmentFilesOptions, "scans" | "onProgress" | "signal"> & { json?: boolean };

const more = `
Masks hold the numbers of the classes (for a network trained on an import of your own: the values of its label files) and lie on the scan's own grid; files beside one are named after it:
  MASK_CLASS.nii.gz        how likely the class is in every voxel (softmax, 0 to 1); the background has what is left of 1
  MASK_uncertainty.nii.gz  entropy of these in nats, from 0 (sure) to ln(classes); it says how undecided the network is, not how wrong
  MASK_preview.png         slices with the outlines of the classes

--stride, --weighting and --largest-component hold for this command alone; the run does not change. Of an NRRD file (.nrrd) the mask is a NIfTI file on its grid.
A network trained on photographs takes PNG and JPEG pictures, sees them turned as their EXIF says, and its masks are palettised PNG files on their pixels as stored.
A network trained on MP-MRI takes scans of four dimensions: the three phases in one file, in the order pre, art, ven.

Examples:
  arco segment scan.nii.gz --run runs/RUN -o mask.nii.gz
  arco segment scans/ --run runs/RUN -o masks/ --preview
  arco segment "scans/*_t1.nii.gz" other.nii --run runs/RUN -o masks/ --probabilities --uncertainty
  arco segment lgemri.nrrd --run runs/RUN -o mask.nii.gz --stride 18x18x4 --weighting gaussian --largest-component`;

/** `arco segment SCAN...`: scans of one's own, segmented by the network of a run. */
export function segment(): Command {
  const command = new Command("segment")
    .description("segment scans of your own with the network of a run; its data need not be here")
    .argument(
      "<scans...>",
      "NIfTI or NRRD files (of a run on photographs PNG or JPEG), folders of them, or patterns such as scans/*.nii.gz",
    )
    .requiredOption("--run <folder>", "folder of a run")
    .requiredOption("-o, --out <path>", "the mask of one scan (.nii or .nii.gz; .png), or a folder for the masks")
    .option("--probabilities", "write how likely each class is, a file for each")
    .option("--uncertainty", "write where the network is undecided")
    .option("--preview", "write a picture beside each mask")
    .option("--overwrite", "replace results that are there already")
    .option("--skip-existing", "leave out scans whose mask is there already, as after a stop")
    .addOption(
      new Option("--checkpoint <name>", "weights to use (default: those that the run tests)").choices([
        "last",
        "bestVal",
      ]),
    );
  return addChoice(command).option("--json", "print one JSON object at the end").addHelpText("after", more).action(act);
}

async function act(scans: string[], { json, ...options }: SegmentOptions): Promise<void> {
  const { segmentFiles, volumesInWords } = await import("../segmentation/segmentFiles.js");
  const { sharesInWords } = await import("../segmentation/photographs.js");
  const shown = counter("segment");
  const { failed } = await interruptible(async (signal) => {
    const done = await segmentFiles({ ...options, scans, signal, onProgress: shown.show }).finally(shown.close);
    tell(done);
    if (json) printJson(done);
    else
      for (const { mask, millilitres, percent } of done.scans)
        print(`${mask}: ${percent ? sharesInWords(percent) : volumesInWords(millilitres)}`);
    if (done.left > 0 && signal.aborted) throw signal.reason;
    return done;
  }, "Stopping, without the scan at hand; what is written is whole, and the same command with --skip-existing does the rest.");
  if (failed.length > 0) process.exitCode = 1;
}

/** What a person has to know, on stderr. */
function tell({ warnings, scans, failed, skipped, left }: SegmentedFiles): void {
  for (const warning of warnings) note(`Beware: ${warning}.`);
  for (const { scan, warnings } of scans) for (const warning of warnings) note(`Beware: ${scan}: ${warning}.`);
  for (const { problem } of failed) note(`arco: ${problem}`);
  if (skipped > 0) note(`${skipped} scans have their masks already.`);
  if (left > 0) note(left === 1 ? "1 scan was not segmented." : `${left} scans were not segmented.`);
}
