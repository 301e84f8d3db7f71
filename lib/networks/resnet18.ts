import { deepLab } from "./deeplab/deeplab.js";
import { resnetEncoder } from "./resnet.js";

/** The middle DeepLabv3+ for a few processor cores: ResNet-18 as encoder, ASPP of 64 channels; 12,256,123 parameters for 11 classes with ReCo's head. */
export const resnet18 = ({ channels, classes }: { channels: number; classes: number }) =>
  deepLab("resnet18", resnetEncoder({ channels, block: "basic", counts: [2, 2, 2, 2] }), {
    classes,
    width: 64,
    lowWidth: 24,
  });
