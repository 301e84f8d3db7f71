// The public names, by folder.

export type { Network, Output } from "./encoders/network.js";
export { unet } from "./encoders/unet.js";
export { lossAndGradients } from "./engine/gradients.js";
export { tensorCount } from "./engine/memory.js";
export { countParameters, flatten, trainable } from "./engine/params.js";
export { type Rng, stream } from "./engine/random.js";
export { type Engine, type EngineKind, startEngine } from "./engine/start.js";
export { consistency } from "./losses/consistency.js";
export { dice } from "./losses/dice.js";
export { supervised } from "./losses/supervised.js";
export { methods } from "./methods/index.js";
export type { Batch, Method, Setup, Trainer } from "./methods/method.js";
export { type Optimizer, type OptimizerOptions, optimizer } from "./optimizers/optimizer.js";
export { rampUp, rateAt } from "./optimizers/schedule.js";
export { Problem } from "./problem.js";
export { holm } from "./statistics/correction.js";
export { type Paired, paired } from "./statistics/paired.js";
export { seedsNeeded } from "./statistics/seedsNeeded.js";
export { type Summary, summary } from "./statistics/summary.js";
export { loadCheckpoint, saveCheckpoint } from "./training/checkpoint.js";
export { type Progress, train } from "./training/loop.js";
