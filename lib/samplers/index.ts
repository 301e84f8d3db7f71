import { antithetic } from "./antithetic.js";
import { naive } from "./naive.js";
import { antitheticReleased, stratifiedReleased } from "./released.js";
import type { Sampler } from "./sampler.js";
import { stratified } from "./stratified.js";

/** What a sampler is called in a config. */
export type SamplerName = "ns" | "sg" | "sag" | "sgReleased" | "sagReleased";

/** Every sampler by its name. */
export const samplers: Readonly<Record<SamplerName, Sampler>> = {
  ns: naive,
  sg: stratified,
  sag: antithetic,
  sgReleased: stratifiedReleased,
  sagReleased: antitheticReleased,
};
