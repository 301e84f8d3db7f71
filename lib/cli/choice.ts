import { type Command, Option } from "commander";

/** Adds the options of a command by which its run predicts otherwise than its config says, in this command alone: `PredictionChoice`. */
export const addChoice = (command: Command): Command =>
  command
    .option(
      "--stride <XxYxZ>",
      "of a run on volumes, voxels from one window to the next, such as 18x18x4 (default: the run's)",
    )
    .addOption(
      new Option(
        "--weighting <name>",
        "of a run on volumes, how overlapping windows are averaged (default: the run's)",
      ).choices(["uniform", "gaussian"]),
    )
    .option(
      "--largest-component",
      "keep of each foreground class its largest component alone, as SS-Net and DTC test on LA",
    );
