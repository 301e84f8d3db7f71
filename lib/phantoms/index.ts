import { acdc } from "./acdc.js";
import { cityscapes } from "./cityscapes.js";
import { la } from "./la.js";
import { lits } from "./lits.js";
import { mmwhs } from "./mmwhs.js";
import { mpMri } from "./mpMri.js";
import { pascal } from "./pascal.js";
import type { Phantom } from "./phantom.js";
import { sunRgbd } from "./sunRgbd.js";

/** All phantoms, by the name of the benchmark they mimic. */
export const phantoms: Readonly<Record<string, Phantom>> = {
  acdc,
  lits,
  mmwhs,
  la,
  mpMri,
  cityscapes,
  pascal,
  sunRgbd,
};
