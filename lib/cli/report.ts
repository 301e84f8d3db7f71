import { join } from "node:path";
import { Command } from "commander";
import { DiskProblem } from "../disk.js";
import { Problem } from "../problem.js";
import { runsFolder } from "./folders.js";
import { note, print, printJson } from "./output.js";

/** `arco report`: one self-contained HTML page on the runs of a folder. */
export function report(): Command {
  return new Command("report")
    .description(
      "write one HTML page on the runs of a folder: table, curves, overlays, how each number was made; a run that cannot be shown is named and left out, and the exit status is 1",
    )
    .argument("[runs]", "folder of runs", runsFolder())
    .option("--out <file>", "the page (default: report.html in that folder)")
    .option("--json", "print one JSON object")
    .action(async (runs: string, { out = join(runs, "report.html"), json }: { out?: string; json?: boolean }) => {
      const { writeReport } = await import("../reports/report.js");
      const { leftOut } = await writeReport(runs, out).catch((error) => {
        if (!(error instanceof DiskProblem) || error.path !== out) throw error;
        throw new Problem(`${error.message}; --out names another file`);
      });
      for (const { run, reason } of leftOut) note(`arco: left out: ${run}: ${reason}`);
      if (json) printJson({ report: out, leftOut });
      else print(out);
      if (leftOut.length > 0) process.exitCode = 1;
    });
}
