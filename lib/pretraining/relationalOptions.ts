import { z } from "zod";
import * as option from "../methods/options.js";
import type { Protocol } from "../methods/recipes.js";

/** Every choice of the first phase, with the lab's defaults; `relationalProtocols` holds the values of the paper and the released code that differ. */
export const relationalOptions = z.strictObject({
  mined: z
    .enum(["queue", "fresh"])
    .default("queue")
    .describe(
      "what images are compared with: earlier teacher embeddings, or new views of other unlabelled images of the batch",
    ),
  poolSize: option.capacity(36),
  minedViews: z.int().min(1).default(5).describe("new views for each image").meta({ symbol: "d" }),
  headActivation: z
    .enum(["leakyRelu", "relu", "none"])
    .default("leakyRelu")
    .describe("between the two layers of a head"),
  klDirection: z
    .enum(["teacherStudent", "studentTeacher"])
    .default("teacherStudent")
    .describe("KL(teacher ‖ student) or KL(student ‖ teacher)"),
  localLayout: z
    .enum(["window", "released"])
    .default("window")
    .describe("one row of comparisons a window, or the released code's rows that mix windows"),
  localInput: z
    .enum(["logits", "features"])
    .default("logits")
    .describe("what the local windows are cut from: the logits or the decoder's last map"),
  stopTeacherHeads: z
    .boolean()
    .default(true)
    .describe("whether the teacher's heads only average the student's, or are trained by the loss as well"),
  tauS: option.temperature(0.1).describe("temperature of the student").meta({ symbol: "τ_s" }),
  tauT: option.temperature(0.01).describe("temperature of the teacher").meta({ symbol: "τ_t" }),
  supervisedScale: option.supervisedScale(1),
  weights: z
    .strictObject({
      global: option.weight(1).describe("of the comparison of whole images"),
      local: option.weight(1).describe("of the comparison of windows"),
    })
    .prefault({}),
  views: z
    .enum(["independent", "blurOnly", "identical"])
    .default("independent")
    .describe("student and teacher see two augmentations, the same one that is blurred for the teacher, or the same"),
  jitter: z.number().min(0).max(1).default(0.2).describe("largest change of a view's brightness and contrast"),
  quantise8: z.boolean().default(false).describe("whether the teacher's view passes through 8 bits"),
  momentum: option.momentum(0.99),
  teacherMode: option.teacherMode("train"),
  deadForward: z
    .boolean()
    .default(false)
    .describe("the released code's pass of the teacher whose result is not used; it moves its running statistics"),
});

/** Options of the first phase. */
export type RelationalOptions = z.infer<typeof relationalOptions>;

/** The choices of the paper (sections 3.1 and 4) and of its released code (`pretrain_2D.py`) where they are not the lab's. */
export const relationalProtocols = {
  paper: { headActivation: "relu", mined: "fresh", klDirection: "studentTeacher", localInput: "features" },
  released: {
    headActivation: "none",
    localLayout: "released",
    stopTeacherHeads: false,
    tauT: 0.1,
    views: "blurOnly",
    quantise8: true,
    deadForward: true,
  },
} satisfies Record<string, Partial<RelationalOptions>>;

/**
 * What volumes change (`pretrain_3D.py`): half of Dice + cross entropy, and as released one weak augmentation for both networks. The released blur also casts standardised voxels to bytes,
 * which is an accident of its image library and left out.
 */
export const relationalVolumes = (protocol: Protocol): Partial<RelationalOptions> => ({
  supervisedScale: 0.5,
  ...(protocol === "released" && { views: "identical", jitter: 0.02, quantise8: false }),
});
