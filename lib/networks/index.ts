import type { Network } from "./network.js";
import { unet } from "./unet.js";
import { vnet } from "./vnet.js";

/** A kind of network: how many axes its images have, and what makes one for some channels and classes. */
export interface NetworkKind {
  name: string;
  dimensions: 2 | 3;
  make(of: { channels: number; classes: number }): Network;
}

/** Every kind of network by its name. */
export const networks: Record<string, NetworkKind> = {
  unet: { name: "unet", dimensions: 2, make: unet },
  vnet: { name: "vnet", dimensions: 3, make: vnet },
};
