import type { z } from "zod";
import type { Method } from "./method.js";
import { gclFinetuning } from "./recipes.js";
import { supervised } from "./supervised.js";

/**
 * GCL: a network whose encoder was pre-trained on whole slices (stage `gclGlobal`) and decoder on regions (`gclLocal`), without labels, is fine-tuned
 * as a whole with the supervised loss.
 */
export const gcl: Method<z.infer<typeof supervised.options>> = {
  ...supervised,
  name: "gcl",
  title: "GCL",
  cite: "Chaitanya et al., NeurIPS 2020 (domain_specific_cl), its labels learned as in SSL4MIS",
  recipe: gclFinetuning,
  pretraining: "gclLocal",
};
