// The names of this study, for notebooks: import … from "arco/studies/curves".

export { armNames, armsOf } from "./arms.js";
export { curvesSoFar, type LearningCurves, learningCurves } from "./curves.js";
export { differencesOf } from "./differences.js";
export { learningFigure } from "./figure.js";
export { curvesSheet } from "./sheet.js";
