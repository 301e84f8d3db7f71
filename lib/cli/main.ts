import { Command, CommanderError } from "commander";
import { diskProblem } from "../disk.js";
import { Problem } from "../problem.js";
import { ownVersion } from "../runs/environment.js";
import { bench } from "./bench.js";
import { curve } from "./curve.js";
import { data } from "./data.js";
import { doctor } from "./doctor.js";
import { evaluate } from "./evaluate.js";
import { exporting } from "./export.js";
import { importAll, importing, importOption } from "./importing.js";
import { print } from "./output.js";
import { quickstart } from "./quickstart.js";
import { report } from "./report.js";
import { segment } from "./segment.js";
import { Interrupted } from "./signals.js";
import { sweep } from "./sweep.js";
import { table } from "./table.js";
import { methodAskedFor, train } from "./train.js";
import { work } from "./work.js";

const afterwards = `
Every command has --help. Exit status: 0 done, 1 a problem (named on stderr), 2 a mistake in the command, 130 or 143 stopped by Ctrl-C or kill.`;

/** Runs one command; the result is the exit status. Nothing but what a command prints reaches stdout. */
export async function main(words: readonly string[]): Promise<number> {
  const program = new Command("arco")
    .description("A laboratory for semi-supervised medical image segmentation.")
    .version(ownVersion(), "-V, --version", "print the version of arco")
    .addHelpText("after", afterwards)
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride();
  for (const command of [
    doctor(),
    data(),
    train(),
    evaluate(),
    segment(),
    report(),
    bench(),
    quickstart(),
    table(),
    curve(),
    sweep(),
    work(),
    exporting(),
  ])
    program.addCommand(strict(command));
  for (const command of program.commands) if (importing.includes(command.name())) command.addOption(importOption());
  program.hook("preAction", (_, command) => importAll(command.opts<{ import?: string[] }>().import));
  try {
    const method = methodAskedFor(words);
    if (method !== undefined) {
      const { methodHelp } = await import("./methodHelp.js");
      print(await methodHelp(method));
      return 0;
    }
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return statusOf(error);
  }
}

/** Mistakes in a command are thrown, not answered by ending the process. */
function strict(command: Command): Command {
  for (const sub of command.commands) strict(sub);
  return command.exitOverride().showSuggestionAfterError(true);
}

function statusOf(thrown: unknown): number {
  const error = diskProblem(undefined, thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof Interrupted) return error.status;
  if (error instanceof Problem) process.stderr.write(`arco: ${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : error}\nThis is a fault in arco itself.\n`);
  return 1;
}
