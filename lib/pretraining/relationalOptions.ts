import type { Activation } from "../heads/projection.js";
import type { KlDirection, layouts } from "../losses/relational.js";
import type { Protocol } from "../methods/method.js";

/** Every choice of the first phase; `relationalOptions` has those of the paper, of the released code and ours. */
export interface RelationalOptions {
  /** What images are compared with: earlier teacher embeddings, or new views of other unlabelled images of the batch. */
  mined: "queue" | "fresh";
  /** Entries of the queue (K). */
  poolSize: number;
  /** New views for each image (d). */
  minedViews: number;
  headActivation: Activation;
  klDirection: KlDirection;
  localLayout: keyof typeof layouts;
  /** What the local windows are cut from: the logits or the decoder's last map. */
  localInput: "logits" | "features";
  /** Whether the teacher's heads only average the student's, or are trained by the loss as well. */
  stopTeacherHeads: boolean;
  tauS: number;
  tauT: number;
  /** Factor of Dice + cross entropy. */
  supervisedScale: number;
  /** Factors of the two comparisons; 0 leaves one out. */
  weights: { global: number; local: number };
  /** Whether student and teacher see two augmentations, or the same one that is blurred for the teacher. */
  views: "independent" | "blurOnly";
  /** Whether the teacher's view passes through 8 bits. */
  quantise8: boolean;
  /** Rate of the teacher's moving average. */
  momentum: number;
  /** The teacher's passes: batch statistics and dropout, or the student's running statistics and none. */
  teacherMode: "train" | "eval";
  /** A pass of the teacher whose result is not used; it moves its running statistics. */
  deadForward: boolean;
}

/** The choices of the paper (sections 3.1 and 4), of its released code (`pretrain_2D.py`), and ours. */
export const relationalOptions = (protocol: Protocol): RelationalOptions => ({
  ...lab,
  ...changes[protocol],
});

const lab: RelationalOptions = {
  mined: "queue",
  poolSize: 36,
  minedViews: 5,
  headActivation: "leakyRelu",
  klDirection: "teacherStudent",
  localLayout: "window",
  localInput: "logits",
  stopTeacherHeads: true,
  tauS: 0.1,
  tauT: 0.01,
  supervisedScale: 1,
  weights: { global: 1, local: 1 },
  views: "independent",
  quantise8: false,
  momentum: 0.99,
  teacherMode: "train",
  deadForward: false,
};

const changes: Record<Protocol, Partial<RelationalOptions>> = {
  lab: {},
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
};
