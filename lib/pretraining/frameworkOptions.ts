import { z } from "zod";
import * as option from "../methods/options.js";

/** Options of every contrastive framework: what is pre-trained, its head, and its views. */
export const frameworkOptions = ({
  hidden,
  embedding,
  smallest,
}: {
  hidden: number;
  embedding: number;
  smallest: number;
}) => ({
  part: z
    .enum(["encoder", "network"])
    .default("encoder")
    .describe("what is pre-trained: the encoder, by its pooled coarsest map, or the decoder too, by its pooled finest"),
  hidden: option.width(hidden).describe("width of the layers within a head"),
  embedding: option.width(embedding).describe("length of an embedding"),
  smallest: option.share(smallest).describe("least share of the image that a view shows"),
});

/** What they are set to. */
export type FrameworkOptions = z.infer<z.ZodObject<ReturnType<typeof frameworkOptions>>>;
