import type { z } from "zod";
import type { Method } from "./method.js";
import { gclFinetuning } from "./recipes.js";
import { supervised } from "./supervised.js";

/**
 * GCL: what an encoder learned from whole slices (its stage `gclGlobal`) and a decoder from regions (`gclLocal`), without labels, learns its labels, all of it,
 * with the loss of the supervised methods beside it.
 */
export const gcl: Method<z.infer<typeof supervised.options>> = {
  ...supervised,
  name: "gcl",
  title: "GCL",
  cite: "Chaitanya et al., NeurIPS 2020 (domain_specific_cl), its labels learned as in SSL4MIS",
  dimensions: [2],
  recipe: gclFinetuning,
  pretraining: "gclLocal",
};
