import type { Params } from "../../engine/params.js";
import type { Encoder, Network } from "../network.js";
import { type DeepLabDecoderParams, type DeepLabOptions, deepLabDecoder } from "./decoder.js";

/** DeepLabv3+ (Chen et al., ECCV 2018) on an encoder whose maps are the image, one at a quarter of its side and one at a sixteenth. */
export function deepLab<E extends Params>(
  name: string,
  encoder: Encoder<E>,
  options: Omit<DeepLabOptions, "lowInputs" | "highInputs">,
): Network<E, DeepLabDecoderParams> {
  const [, lowInputs, highInputs] = encoder.widths;
  const decoder = deepLabDecoder({ ...options, lowInputs, highInputs });
  return {
    name,
    encoder,
    decoder,
    init: (rng) => ({ ...encoder.init(rng), ...decoder.init(rng) }),
    apply: (params, image, mode) => decoder.apply(params, encoder.apply(params, image, mode), mode),
  };
}
