// npm start: the set-up, then the quick start on the real sample, then what to type next. Nothing need be installed.
import { begin } from "./begin.mjs";

begin(() => import("./quickstart.mjs").then(({ quickStart }) => quickStart(process.argv.slice(2))));
