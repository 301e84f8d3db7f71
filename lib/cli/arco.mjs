#!/usr/bin/env node
// The command "arco": teaches Node.js to read TypeScript, then runs main.ts. Plain JavaScript, because npm links this very file.
import { register } from "tsx/esm/api";

register();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
