import { registry } from "../registry.js";
import { lite0, lite0Names } from "./lite0.js";
import type { Network } from "./network.js";
import type { Naming } from "./pretrained.js";
import { resnetNames } from "./resnet.js";
import { resnet18 } from "./resnet18.js";
import { resnet50 } from "./resnet50.js";
import { resnet101 } from "./resnet101.js";
import { unet } from "./unet.js";
import { vnet } from "./vnet.js";

/** A kind of network: the dimension of its images, and a constructor for given channels and classes. */
export interface NetworkKind {
  name: string;
  dimensions: 2 | 3;
  make(of: { channels: number; classes: number }): Network;
  /** How files with pre-trained weights of its encoder may name them; absent where there are none. */
  namings?: readonly Naming[];
}

const registered = registry<NetworkKind>("network", {
  unet: { name: "unet", dimensions: 2, make: unet },
  vnet: { name: "vnet", dimensions: 3, make: vnet },
  lite0: { name: "lite0", dimensions: 2, make: lite0, namings: [lite0Names] },
  resnet18: { name: "resnet18", dimensions: 2, make: resnet18, namings: resnetNames },
  resnet50: { name: "resnet50", dimensions: 2, make: resnet50, namings: resnetNames },
  resnet101: { name: "resnet101", dimensions: 2, make: resnet101, namings: resnetNames },
});

/** Every kind of network by its name. */
export const networks = registered.all;

/** Registers a user-defined network under its name, in this process. Throws a Problem for the name of a built-in one. */
export const registerNetwork = registered.register;

/** The source text of a registered network, undefined for a built-in one. */
export const addedNetwork = registered.added;
