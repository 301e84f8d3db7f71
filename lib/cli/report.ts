import { join } from "node:path";
import { Command } from "commander";
import { runsFolder } from "./folders.js";
import { print, printJson } from "./output.js";

/** `arco report`: one self-contained HTML page on the runs of a folder. */
export function report(): Command {
  return new Command("report")
    .description("write one HTML page on the runs of a folder: table, curves, overlays, how each number was made")
    .argument("[runs]", "folder of runs", runsFolder())
    .option("--out <file>", "the page (default: report.html in that folder)")
    .option("--json", "print one JSON object")
    .action(async (runs: string, { out = join(runs, "report.html"), json }: { out?: string; json?: boolean }) => {
      const { writeReport } = await import("../reports/report.js");
      await writeReport(runs, out);
      if (json) printJson({ report: out });
      else print(out);
    });
}
