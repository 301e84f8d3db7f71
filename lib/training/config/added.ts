import { addedMethod } from "../../methods/index.js";
import { addedNetwork } from "../../networks/index.js";
import { addedSampler } from "../../samplers/index.js";
import type { Config } from "./schema.js";

/**
 * What of a config (or of its pre-training) was registered in this process and lies in no file of the library, by name, with its text:
 * another process or thread does not know it.
 */
export function addedIn({
  method,
  network,
  options,
  pretraining,
}: Pick<Config, "method" | "network" | "options" | "pretraining">): Record<string, string> {
  const { sampler } = options;
  const named = { [method]: addedMethod(method), [network]: addedNetwork(network) };
  if (typeof sampler === "string") named[sampler] = addedSampler(sampler);
  const own = Object.entries(named).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  return { ...Object.fromEntries(own), ...(pretraining && addedIn({ ...pretraining, network })) };
}
