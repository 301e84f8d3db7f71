// The names of this study, for notebooks: import … from "arco/studies/embedding".

export { alikeFinding, alikeness } from "./alike.js";
export { cloudFinding, cloudRows, pixelClouds } from "./pixels.js";
