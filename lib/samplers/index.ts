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

/** The names of the built-in samplers. */
export type SamplerName = keyof typeof builtIn;

const registered = registry<Sampler>("sampler", builtIn);

/** Every sampler by its name in a config. */
export const samplers: Record<string, Sampler> & Readonly<Record<SamplerName, Sampler>> = Object.assign(
  registered.all,
  builtIn,
);

/** A user-defined sampler: its name and how it draws; its inclusion probabilities where they are known. */
export type OwnSampler = Pick<Sampler, "name" | "draw"> & Partial<Sampler>;

/** Registers a user-defined sampler under its name, in this process: to configs (`options.sampler`), tables and the ledger. Throws a Problem for the name of a built-in one. */
export const registerSampler = ({ name, title = name, cite = "", draw, ...more }: OwnSampler): Sampler =>
  registered.register({ name, title, cite, draw, inclusion: more.inclusion ?? unknownInclusion(name) });

const unknownInclusion =
  (name: string): Sampler["inclusion"] =>
  () => {
    throw new Problem(
      `sampler "${name}": says nothing of how often it draws each pixel; register it with an inclusion function`,
    );
  };

/** The source text of a registered sampler, undefined for a built-in one. */
export const addedSampler = registered.added;
