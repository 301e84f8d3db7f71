#!/usr/bin/env node
// The command "arco": teaches Node.js to read TypeScript, then runs main.ts. Plain JavaScript, because npm links this very file.
import { register } from "tsx/esm/api";

process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit(0); // whoever read us has seen enough, as in "arco data | head"
  process.stderr.write(
    `arco: what was to be printed could not be written (${error.message}); free some space, or print to another place\n`,
  );
  process.exit(1);
});
process.stderr.on("error", () => {}); // what nobody can be told must not end a training
process.on("SIGXFSZ", () => {}); // a file that grows beyond ulimit -f is then an error of that file, and is told like others
register();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
