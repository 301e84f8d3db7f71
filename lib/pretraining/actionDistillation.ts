import type { Method } from "../methods/method.js";
import { relational } from "./relational.js";
import { type RelationalOptions, relationalProtocols } from "./relationalOptions.js";

// Temperatures are the script's defaults; the authors' command line (train_2D.sh) passes 0.01 for the teacher.
const own = { supervisedScale: 0.5, tauT: 0.1 };

/**
 * ACTION's first phase: that of ARCO, which comes from it, with half the loss on labels and one temperature for student and teacher.
 * The released code leaves out the windows at two borders, and trains the teacher's heads without averaging them; here both are as in ARCO's.
 */
export const actionDistillation: Method<RelationalOptions> = {
  ...relational,
  name: "actionDistillation",
  title: "Contrastive distillation (ACTION phase 1)",
  cite: "You et al., IPMI 2023 (train_2D_pretrain.py, train_3D_pretrain.py), after ISD, Tejankar et al., ICCV 2021",
  protocols: {
    lab: own,
    paper: { supervisedScale: 0.5 },
    released: { ...relationalProtocols.released, ...own },
  },
};
