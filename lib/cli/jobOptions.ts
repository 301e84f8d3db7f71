import type { Command } from "commander";
import { runsFolder } from "./folders.js";
import { threads, trainings } from "./output.js";

/** The options of every command that trains several runs: where, how many at once, and what of other code counts. */
export const withJobOptions = (command: Command): Command =>
  command
    .option("--runs <folder>", "folder of runs", runsFolder())
    .option("--parallel <n>", "trainings side by side (default: what suits images, cores and memory)", trainings)
    .option("--again", "train anew, beside the old ones, what other code than today's has made")
    .option("--go-on", "continue with today's code what other code has trained half")
    .option("--workers <n>", "threads that prepare batches", threads(0));
