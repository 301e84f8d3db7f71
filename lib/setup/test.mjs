// npm test: the set-up if needed, then node's test runner. What follows "--": words choose files, options go to node.
import { begin } from "./begin.mjs";

begin(() => import("./testFiles.mjs").then(({ runTests }) => runTests(process.argv.slice(2))));
