import { registry } from "../registry.js";
import type { Network } from "./network.js";
import { unet } from "./unet.js";
import { vnet } from "./vnet.js";

/** A kind of network: how many axes its images have, and what makes one for some channels and classes. */
export interface NetworkKind {
  name: string;
  dimensions: 2 | 3;
  make(of: { channels: number; classes: number }): Network;
}

const registered = registry<NetworkKind>("network", {
  unet: { name: "unet", dimensions: 2, make: unet },
  vnet: { name: "vnet", dimensions: 3, make: vnet },
});

/** Every kind of network by its name. */
export const networks = registered.all;

/** Makes a network of one's own known by its name, in this process. Throws a Problem for a name of the lab's own. */
export const registerNetwork = registered.register;

/** The text of a network that was registered, undefined for one of the lab's own. */
export const addedNetwork = registered.added;
