import { z } from "zod";
import { samplers } from "../../samplers/index.js";
import * as option from "../options.js";

/** Options of ReCo; queries drawn by another sampler than the naive one make it ARCO's on photographs. */
export const recoOptions = z.strictObject({
  sampler: option
    .oneOf(samplers, "ns")
    .describe("how hard queries are drawn: naive as in ReCo (ns), stratified (sg) or stratified-antithetic (sag)"),
  cells: z
    .int()
    .min(1)
    .default(4)
    .describe("cells of the sampler's grid along each axis of the network's map: 3, 4 and 5 in table 7"),
  scope: option.scope(),
  weights: z
    .strictObject({
      contrast: option.weight(1).describe("of L_reco; at 0 what is left is ClassMix"),
      unsupervised: option.weight(1).describe("of L_unsup"),
    })
    .prefault({}),
  contrast: option.recoContrast(
    0,
    "pixels of each class, drawn in every step, among which negatives are drawn; 0: all, as released",
  ),
  unsupervised: z.strictObject(option.unsupervised()).prefault({}),
  mixing: z
    .enum(["classmix", "cutmix", "cutout", "none"])
    .default("classmix")
    .describe("how unlabelled images are mixed with one another"),
  voidIsClass: z
    .boolean()
    .default(false)
    .describe("whether classmix counts what is not labelled, such as padding, as one more class that it may paste"),
  quantise8: z
    .boolean()
    .default(false)
    .describe("whether images and confidences pass through 8 bits, cut off and not rounded"),
  teacher: z.strictObject({ mode: option.teacherMode("train"), momentum: option.momentum(0.99) }).prefault({}),
  tested: z.enum(["teacher", "student"]).default("teacher").describe("whose weights are validated and tested"),
  passes: option.passes("separate"),
  representation: z
    .int()
    .min(0)
    .default(0)
    .describe("width of the pixel representations; 0: that of the decoder, 256 on ResNet-101 as published, 64 on lite0")
    .meta({ symbol: "D" }),
  ledger: option.ledger(),
});

/** Options of ReCo. */
export type RecoMethodOptions = z.infer<typeof recoOptions>;
