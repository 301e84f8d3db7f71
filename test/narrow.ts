import { registerNetwork } from "../lib/networks/index.js";
import { unet } from "../lib/networks/unet.js";

/** A U-Net of a hundredth of the parameters, known to this process alone: what is not about them is quicker to test. */
export const narrow = registerNetwork({
  name: "narrow",
  dimensions: 2,
  make: (of) => unet({ ...of, widths: [4, 4, 6, 8, 10] }),
}).name;
