import { deepLab } from "./deeplab/deeplab.js";
import { resnetEncoder } from "./resnet.js";

/** DeepLabv3+ as ReCo builds it: 59,520,693 parameters for 21 classes with ReCo's head. */
export const resnet101 = ({ channels, classes }: { channels: number; classes: number }) =>
  deepLab("resnet101", resnetEncoder({ channels, block: "bottleneck", counts: [3, 4, 23, 3] }), { classes });
