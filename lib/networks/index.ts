import { registry } from "../registry.js";
import type { Network } from "./network.js";
import { unet } from "./unet.js";
import { vnet } from "./vnet.js";

/** A kind of network: the dimension of its images, and a constructor for given channels and classes. */
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

/** Registers a user-defined network under its name, in this process. Throws a Problem for the name of a built-in one. */
export const registerNetwork = registered.register;

/** The source text of a registered network, undefined for a built-in one. */
export const addedNetwork = registered.added;
