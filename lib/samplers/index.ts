import { antithetic } from "./antithetic.js";
import { naive } from "./naive.js";
import { antitheticReleased, stratifiedReleased } from "./released.js";
import type { Sampler } from "./sampler.js";
import { stratified } from "./stratified.js";

const builtIn = {
  ns: naive,
  sg: stratified,
  sag: antithetic,
  sgReleased: stratifiedReleased,
  sagReleased: antitheticReleased,
};

/** The names of the lab's own samplers. */
export type SamplerName = keyof typeof builtIn;

/** Every sampler by its name in a config. */
export const samplers: Record<string, Sampler> & Readonly<Record<SamplerName, Sampler>> = builtIn;
