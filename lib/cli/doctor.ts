import { Command } from "commander";
import { print, printJson } from "./output.js";

/** `arco doctor`: what really runs here, what data is there, what is missing and how to get it. Status 1 if training is not possible. */
export function doctor(): Command {
  return new Command("doctor")
    .description("check the engine, the tools and the data; say what is missing and how to get it")
    .option("--json", "print one JSON object")
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnose } = await import("../doctor.js");
      const diagnosis = await diagnose();
      if (json) printJson(diagnosis);
      else
        print(
          ...diagnosis.checks.flatMap(({ ok, name, found, advice }) => [
            `${ok ? "✓" : "✗"} ${name.padEnd(12)} ${found}`,
            ...(advice ? [`  → ${advice}`] : []),
          ]),
        );
      if (!diagnosis.ok) process.exitCode = 1;
    });
}
