import { deepLab } from "./deeplab/deeplab.js";
import { resnetEncoder } from "./resnet.js";

/** DeepLabv3+ as ReCo builds it, with ResNet-50 in the place of ResNet-101. */
export const resnet50 = ({ channels, classes }: { channels: number; classes: number }) =>
  deepLab("resnet50", resnetEncoder({ channels, block: "bottleneck", counts: [3, 4, 6, 3] }), { classes });
