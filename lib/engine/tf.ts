/** TensorFlow.js as the rest of the library sees it; which backend runs behind it is decided by `startEngine`. */
export * from "@tensorflow/tfjs";
