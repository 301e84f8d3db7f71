// The names of this study, for notebooks: import … from "arco/studies/phantoms".

export { phantomExamples } from "./examples.js";
export { hardnessFinding, phantomHardness } from "./hardness.js";
