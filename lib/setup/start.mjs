// npm start: the set-up, then the quick start on the real sample, then what to type next. Nothing need be installed.
import { begin } from "./begin.mjs";

begin(function () {
  return import("./quickstart.mjs").then(function (quickstart) {
    return quickstart.quickStart(process.argv.slice(2));
  });
});
