// The names of this study, for notebooks: import … from "arco/studies/deviations".

export { deviationDifferences, deviationFindings, deviationRows } from "./findings.js";
export { deviationStudy } from "./study.js";
