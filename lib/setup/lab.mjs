// npm run lab: JupyterLab on this machine alone, in notebooks/; what follows "--" goes to JupyterLab.
import { begin } from "./begin.mjs";

begin(() => import("./jupyterLab.mjs").then(({ openLab }) => openLab(process.argv.slice(2))));
