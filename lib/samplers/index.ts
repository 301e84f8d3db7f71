import { Problem } from "../problem.js";
import { registry } from "../registry.js";
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

const registered = registry<Sampler>("sampler", builtIn);

/** Every sampler by its name in a config. */
export const samplers: Record<string, Sampler> & Readonly<Record<SamplerName, Sampler>> = Object.assign(
  registered.all,
  builtIn,
);

/** A sampler of one's own: its name and how it draws; its inclusion probabilities where they are known. */
export type OwnSampler = Pick<Sampler, "name" | "draw"> & Partial<Sampler>;

/** Makes a sampler of one's own known by its name, in this process: to configs (`options.sampler`), tables and the ledger. Throws a Problem for a name of the lab's own. */
export const registerSampler = ({ name, title = name, cite = "", draw, ...more }: OwnSampler): Sampler =>
  registered.register({ name, title, cite, draw, inclusion: more.inclusion ?? unknownInclusion(name) });

const unknownInclusion =
  (name: string): Sampler["inclusion"] =>
  () => {
    throw new Problem(
      `sampler "${name}": says nothing of how often it draws each pixel; register it with an inclusion function`,
    );
  };

/** The text of a sampler that was registered, undefined for one of the lab's own. */
export const addedSampler = registered.added;
