// The names of this study, for notebooks: import … from "arco/studies/loss".

export { drawShareFinding, drawShares } from "./drawShare.js";
export { ledgerRows, termCurve } from "./ledgerRows.js";
export { fullestMap, lossMaps } from "./map.js";
export { classFinding, plateauChange, plateauFinding, plateauRows, plateaus } from "./plateaus.js";
export { curveFindings, ratioFindings, varianceRatios } from "./samplerCurves.js";
export { figure20Weights, sweepFinding, weightSweep } from "./weightSweep.js";
