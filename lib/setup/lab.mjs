// npm run lab: JupyterLab on this machine alone, in notebooks/; what follows "--" goes to JupyterLab.
import { begin } from "./begin.mjs";

begin(function () {
  return import("./jupyterLab.mjs").then(function (lab) {
    return lab.openLab(process.argv.slice(2));
  });
});
