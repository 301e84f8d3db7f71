import { lookUp } from "../../lookUp.js";
import { methods } from "../../methods/index.js";
import type { Config } from "../config/schema.js";
import type { BatchOptions } from "./batches.js";

/** What the batches of a run consist of: what its config says and the views that its method wants. */
export function batchesOf({ method, options, seed, batch, draw, augmentation }: Config): BatchOptions {
  const { views, options: schema } = lookUp(methods, method, "method");
  return { seed, ...batch, draw, augmentation, views: views?.(schema.parse(options)) };
}
