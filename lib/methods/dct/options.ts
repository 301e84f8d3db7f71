import { z } from "zod";
import * as option from "../options.js";

/** The options of deep co-training. */
export const options = z.strictObject({
  variant: z
    .enum(["rotation", "twoView"])
    .default("rotation")
    .describe(
      "one network that is to predict the same for an image and its rotation, as SSL4MIS released it under this name; or two networks that agree and are kept apart by each other's adversarial examples, as in the original",
    ),
  scale: option.supervisedScale(0.5),
  weight: option.consistencyWeight(0.1),
  ramp: option.ramp(1),
  difference: option
    .weight(0.05)
    .describe("twoView: of the view difference within the consistency; the original has 0.5 beside 10 (λ_diff, λ_cot)"),
  epsilon: z
    .number()
    .positive()
    .default(0.02)
    .describe("twoView: change of every value of an image in its adversarial example")
    .meta({ symbol: "ε" }),
  passes: option.passes("separate"),
});

/** Those of one training. */
export type DctOptions = z.infer<typeof options>;
