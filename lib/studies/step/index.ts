// The names of this study, for notebooks: import … from "arco/studies/step".

export { type StepApart, takeApart } from "./apart.js";
export { stepCosts } from "./costs.js";
export { eventRows, populationRows } from "./events.js";
export {
  chosenNegatives,
  chosenQueries,
  confidences,
  loadedImages,
  pseudoLabels,
  strongViews,
} from "./pictures.js";
export { distanceFromLog, termRows } from "./terms.js";
