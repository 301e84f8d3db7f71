import { registerNetwork } from "../lib/networks/index.js";
import { unet } from "../lib/networks/unet.js";
import { vnet } from "../lib/networks/vnet.js";

/** A U-Net of a hundredth of the parameters, known to this process alone: what is not about them is quicker to test. */
export const narrow = registerNetwork({
  name: "narrow",
  dimensions: 2,
  make: (of) => unet({ ...of, widths: [4, 4, 6, 8, 10] }),
}).name;

/** The same of a V-Net. */
export const narrowVolumes = registerNetwork({
  name: "narrowVolumes",
  dimensions: 3,
  make: (of) => vnet({ ...of, filters: 2 }),
}).name;
