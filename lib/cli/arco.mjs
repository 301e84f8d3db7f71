#!/usr/bin/env node
// The command "arco": teaches Node.js to read TypeScript, then runs main.ts. Plain JavaScript, because npm links this very file.
import { register } from "tsx/esm/api";

process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0); // whoever read us has seen enough, as in "arco data | head"
});
register();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
