// The names of this study, for notebooks: import … from "arco/studies/teaching".

export { termGradients } from "./gradients.js";
export { pseudoLabels, qualityOf } from "./pseudoLabels.js";
export { classRows, gradientFinding, gradientRows, labelCurves, labelFinding, labelRows } from "./rows.js";
