// The names of this study, for notebooks: import … from "arco/studies/sampling".

export { biases, biasFinding, biasRows } from "./bias.js";
export { chanceFinding } from "./chance.js";
export { constructedFields, exactFindings, exactRows, exactVariances } from "./exact.js";
export { gainFindings, gainRows, gains } from "./gains.js";
export { groupingFinding, groupingRows, groupings } from "./groupings.js";
export { countDraws, inclusionFindings, inclusionPanels, inclusionRows } from "./inclusion.js";
export { largestStructure, lossFields } from "./lossField.js";
export { negativeDraws, negativeFindings, negativeRows, queryVariances } from "./negativeDraws.js";
export { ownSamplerRows } from "./ownSampler.js";
export { fullestSliceOf } from "./slice.js";
export { sliceDraws } from "./sliceDraws.js";
export { symmetryFinding, symmetryStudy } from "./symmetry.js";
export { cutGains, cutRows, thirdAxisFindings } from "./thirdAxis.js";
export { trainedSteps } from "./trainedSteps.js";
export { agreement, varianceAgainstGroups, varianceAgainstPixels } from "./varianceStudy.js";
