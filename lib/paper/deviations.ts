/** One place where the paper and its released code differ or leave something open, and what the lab does about it. */
export interface Deviation {
  number: number;
  /** What it is about, in short. */
  option: string;
  /** Fields of a config that decide it, as `--set` takes them; none where no config does. */
  fields: readonly string[];
  /** What the paper says, the released code does and the lab does; null where paper or code say nothing. A protocol does what its column says, unless that says that it is not offered. */
  paper: string | null;
  released: string | null;
  lab: string;
  /** Why the lab does so. */
  why: string;
  /** What was found when it was tried here: on what, and what happened. */
  measured?: string;
}

type Choices = Omit<Deviation, "number" | "fields">;

// Found with protocol paper and with one of its two choices replaced: SGD at 0.01, preset smoke of 40 steps, hippocampus sample, one labelled volume.
const diverges =
  "as written, dot products that are summed, it diverges: the loss is no number at step 5 of the second phase (hippocampus, preset smoke, SGD at 0.01, seeds 0 and 1)";

const choices: readonly Choices[] = [
  {
    option: "phase1.mined",
    paper:
      "five other unlabelled samples, freshly augmented, for every anchor (here five views of those in its batch, where images may come twice)",
    released: "a queue of the last 36 teacher embeddings",
    lab: "the queue of 36",
    why: "costs nothing and gives more candidates",
  },
  {
    option: "phase1.tau",
    paper: "student 0.1, teacher 0.01",
    released: "0.1 for both; phase 2 builds a swapped pair and never uses it",
    lab: "student 0.1, teacher 0.01",
    why: "a sharper teacher is the idea of the loss",
  },
  {
    option: "phase1.klDirection",
    paper: "KL(student ‖ teacher)",
    released: "KL(teacher ‖ student)",
    lab: "KL(teacher ‖ student)",
    why: "the direction of ISD, where the loss comes from; it trains stably",
  },
  {
    option: "heads.activation",
    paper: "two layers with a non-linearity",
    released: "two linear layers in a row",
    lab: "leaky ReLU of slope 0.2 between them",
    why: "two linear layers are one; of the local heads' few ReLUs (one for each class in the predictor) all can be silent for every input, and the local loss then trains nothing",
  },
  {
    option: "phase1.localLayout",
    paper: null,
    released: "values written in one order and read in rows of 49 that mix images and channels",
    lab: "one row per window",
    why: "a row then compares one place with the same place",
  },
  {
    option: "phase1.localInput",
    paper: "decoder features",
    released: "logits",
    lab: "logits",
    why: "what can be compared with the released code; features are an option",
  },
  {
    option: "phase1.stopTeacherHeads",
    paper: "no gradient into the teacher",
    released: "the teacher's projectors are moved by the optimiser as well as by averaging",
    lab: "no gradient",
    why: "a target that moves towards the student is no target",
  },
  {
    option: "phase1.views",
    paper: "two augmentations of an image",
    released:
      "both views share everything but the blur; in 3D they are identical, and the blur leaves values of 0 to 255 (that range is not offered)",
    lab: "two independent changes of brightness, contrast and blur",
    why: "views that are equal teach nothing",
  },
  {
    option: "phase1.length",
    paper:
      "100 epochs of batches of 6: 21,900 steps of 3 + 3 on ACDC, and as many on other slices; on volumes, of which it says nothing of their own, as released",
    released: "6,000 steps by default, while phase 2 loads iteration 30,000; 6,000 of 1 + 1 in 3D",
    lab: "21,900 steps of 3 + 3 images, 6,000 of 1 + 1 in 3D",
    why: "the paper says so, and the code contradicts itself",
  },
  {
    option: "phase2.length",
    paper:
      "200 epochs of batches of 8: 58,800 steps of 4 + 4 on ACDC with 10 % of the labels, and as many on other slices; on volumes as released",
    released: "30,000 steps of 4 + 4 images, 6,000 in 3D",
    lab: "30,000 steps of 12 + 12 images, 6,000 of 2 + 2 in 3D",
    why: "what the compared methods have too",
  },
  {
    option: "lr.schedule",
    paper: "a tenth every 2,500 steps, which is nothing after 10,000",
    released: "(1 − t/T)^0.9, with Nesterov's momentum in phase 2",
    lab: "(1 − t/T)^0.9, with the plain momentum of the compared methods",
    why: "the printed schedule stops the training after a third of it, and what is compared differs in nothing else",
  },
  {
    option: "supervised.scale",
    paper: "Dice + cross entropy, as an equal mix",
    released: "their sum; half of it in phase 1 in 3D",
    lab: "their sum, and half of the whole loss; half of it in phase 1 in 3D",
    why: "with the factor L_sup is as large as in the compared methods, which halve it",
  },
  {
    option: "repDim",
    paper: "512",
    released: "496, and 16 in 3D",
    lab: "496, and 16 in 3D",
    why: "496 is what the joined decoder maps have; in 3D any other width can be asked for",
  },
  {
    option: "contrast.similarity",
    paper: "dot product",
    released: "cosine",
    lab: "cosine",
    why: "bounded, so that the temperature means something",
    measured: `${diverges}; with the cosine in its place 40 steps are trained`,
  },
  {
    option: "contrast.reduction",
    paper: "sum over classes and queries",
    released: "mean over the queries, sum over classes divided by the number of valid ones",
    lab: "mean",
    why: "the weight then does not depend on how many classes a batch shows",
    measured: `${diverges}; with the mean in its place 40 steps are trained`,
  },
  {
    option: "contrast.queries",
    paper: "every available pixel of a class; which are available is not said (here those of the confident set)",
    released: "pixels where the teacher gives the class more than 0.3, of low entropy",
    lab: "every pixel of the confident set",
    why: "the paper's formula on labels that can be trusted; hard queries are an option",
  },
  {
    option: "contrast.negatives",
    paper: "pixels of the other classes in the batch",
    released:
      "a bank of pixels of the same pseudo class that the teacher ranks fourth or lower: its labelled part is always empty, and with three classes or fewer nothing ever enters",
    lab: "pixels of the other classes in the batch",
    why: "negatives of the same class push apart what belongs together",
  },
  {
    option: "contrast.align",
    paper: "by class",
    released: "by the place in a list, which is another class as soon as one is absent",
    lab: "by class",
    why: "a query is compared with its own prototype",
  },
  {
    option: "contrast.bankInit",
    paper: null,
    released: "a row of zeros, in 3D of random numbers, which counts as a negative",
    lab: "no such row",
    why: "a row of zeros is no pixel",
  },
  {
    option: "sampler",
    paper: "groups by coordinates, draws in proportion",
    released: "groups by places in a list, equal quotas, a silent fallback; biased",
    lab: "groups by coordinates, draws in proportion",
    why: "every pixel is then drawn equally often, as the theorem assumes",
  },
  {
    option: "sampler.estimator",
    paper: "the mean of the group means in the display (not offered), the plain mean in the proof",
    released: "plain mean",
    lab: "plain mean with systematic rounding of the quotas",
    why: "unbiased for groups of any size",
  },
  {
    option: "theorem32.weights",
    paper: "the gain is written without the weights of the groups",
    released: null,
    lab: "with them",
    why: "without them the gain is too large, for M equal groups M times",
  },
  {
    option: "nn.gradient",
    paper: "cosine similarity to the neighbours, maximised",
    released: "student and teacher are exchanged, so that the loss is a constant",
    lab: "the student's",
    why: "a constant does not train",
    measured:
      "without the gradient the network is, to the last bit, the one that is trained without L_nn (a test holds this)",
  },
  {
    option: "eqvWeight",
    paper: "no such term",
    released: "1 in 2D",
    lab: "0, and 1 in the preset MONA",
    why: "the term belongs to MONA",
  },
  {
    option: "strongAug",
    paper: "nothing beyond rotation, crop and flip",
    released: "CutMix, jitter, blur and an elastic warp",
    lab: "CutMix, jitter and blur",
    why: "consistency needs an input that is harder than the one the pseudo label was read from",
  },
  {
    option: "elasticLabels",
    paper: null,
    released: "the image is warped and its pseudo label is not",
    lab: "both are warped",
    why: "a label belongs to its pixels",
  },
  {
    option: "quantise8",
    paper: null,
    released: "images and confidences pass through 8 bits",
    lab: "they do not",
    why: "nothing needs it",
  },
  {
    option: "randomCrop",
    paper: "crop",
    released: "pads by 3 and cuts the centre, which changes nothing",
    lab: "pads by a tenth and cuts anywhere",
    why: "a crop that moves something",
  },
  {
    option: "flip",
    paper: "left–right",
    released: "a random axis after quarter turns with probability ½; small turns ¼, crop ⅛, nothing ⅛",
    lab: "as released",
    why: "the randomness of the loader that all compared methods share",
  },
  {
    option: "unsup.empty",
    paper: null,
    released: "not a number where no pixel counts",
    lab: "0",
    why: "a loss over nothing is nothing",
  },
  {
    option: "teacherMode",
    paper: null,
    released: "training mode: its own batch statistics, with dropout",
    lab: "training mode",
    why: "as in the mean teacher family; eval is offered",
  },
  {
    option: "deadForward",
    paper: null,
    released: "further passes whose results go unused, but which move the batch statistics",
    lab: "none",
    why: "they cost time and hide an effect",
  },
  {
    option: "test3d.bn",
    paper: null,
    released: "the 3D test never leaves training mode: statistics of the patch at hand (not offered)",
    lab: "running statistics, under every protocol",
    why: "a prediction must not depend on what it is batched with",
  },
  {
    option: "asd",
    paper: "symmetric",
    released: "from the prediction to the truth",
    lab: "both are reported",
    why: "they answer different questions",
  },
  {
    option: "emptyPolicy",
    paper: null,
    released:
      "in 2D a false positive scores Dice 1 and a false negative ASD 0; in 3D a false negative has ASD 0, too (a run is scored so by evaluate --empty-policy alone)",
    lab: "honest, under every protocol: false positives and false negatives score Dice 0 and are counted; a false positive has no distance, a false negative the image's diagonal",
    why: "an error must not improve a score",
  },
  {
    option: "checkpoint",
    paper: null,
    released:
      "the last one; the 3D script prints every checkpoint on the test set, and those of MC-Net and SS-Net keep the one that is best there (not offered: where there are no validation cases, the last is tested)",
    lab: "the last, and beside it the best on validation cases",
    why: "a choice by the test set is no test, and one by few validation cases favours whoever looks more often",
  },
  {
    option: "split.acdc",
    paper: "120 / 40 / 40 scans, without their names (under protocol paper the released lists, too)",
    released: "140 / 20 / 40 scans",
    lab: "the released lists",
    why: "they exist",
  },
  {
    option: "mmwhs.modality",
    paper: "MRI; 1, 5 and 10 %",
    released: "lists of CT files; 18 slices, 1 and 2 volumes",
    lab: "what the user has, and the table says which",
    why: "text and lists cannot both hold",
  },
  {
    option: "la.intensity",
    paper: "[0, 1] (not offered: under protocol paper, too, z-scores, on a crop around the label)",
    released: "z-scores, on a crop around the label",
    lab: "the z-scores of the public files",
    why: "what everyone compares on",
  },
  {
    option: "lits.window",
    paper: "−200 to 250 HU",
    released:
      "other windows in its sample code, without saying which is for what (under protocol released, too, the stated one), and order 3 when the test slices are resized",
    lab: "the window in HU",
    why: "it is stated and has a meaning",
  },
  {
    option: "uamt.classes",
    paper: "the original",
    released: "ln 2 and a factor 2, which are for two classes, with four",
    lab: "as released for the row of the table",
    why: "so that the row can be compared; constants for C classes are offered",
  },
  {
    option: "dct.variant",
    paper: "deep co-training of Qiao et al.",
    released: "consistency under rotation, from SSL4MIS, under the same name",
    lab: "consistency under rotation",
    why: "that is what ran, as far as anyone can see; two views are offered",
  },
  {
    option: "sdf.perClass",
    paper: "DTC and SASSNet on 2D benchmarks of several classes",
    released:
      "code for two classes in 3D; a script of DTC in 2D was once in SSL4MIS, with a distance of the background too, and means over the classes (not offered)",
    lab: "under every protocol one signed distance per foreground class, their squared errors summed",
    why: "the nearest reading for several classes; with two it is the 3D code",
  },
  {
    option: "semantic.sampler",
    paper: "SG and SAG on a grid",
    released: "no trainer; a helper draws in blocks of 8 places of a list (not offered)",
    lab: "hard queries on a g × g grid",
    why: "the nearest reading of the table",
  },
  {
    option: "mona",
    paper: "a method of its own",
    released: "the same code as ARCO with the naive sampler and L_eqv",
    lab: "a preset of ARCO",
    why: "one implementation, so that they cannot drift apart",
  },
  {
    option: "weights.nearest",
    paper: "λ₃ = 1, of a loss that trains",
    released: "λ₃ = 1, of a loss without a gradient",
    lab: "0.01, as much as L_contrast has",
    why: "with 1 the pull towards neighbours, which nothing opposes, makes all representations alike and leaves L_contrast without effect",
    measured:
      "with 1 L_contrast ends at 6.239 (mean of 20 steps), where all 512 negatives are as near as the positive (ln 513 = 6.240), with 0.01 at 3.87, without the term at 3.44; validation Dice 0.463, 0.449 and 0.446 (hippocampus, preset mini, protocol lab, one labelled volume, seed 0)",
  },
];

// Where each is decided: fields of an ARCO config on some benchmark, each of which `--set` changes alone. Those that are not here are no choice of a config:
// they are rows of the tables of other methods, questions of how a result is scored, or statements about a proof.
const fields: Readonly<Record<number, readonly string[]>> = {
  1: ["pretraining.options.mined"],
  2: ["pretraining.options.tauS", "pretraining.options.tauT"],
  3: ["pretraining.options.klDirection"],
  4: ["pretraining.options.headActivation"],
  5: ["pretraining.options.localLayout"],
  6: ["pretraining.options.localInput"],
  7: ["pretraining.options.stopTeacherHeads"],
  8: ["pretraining.options.views"],
  9: ["pretraining.steps", "pretraining.batch.labeled", "pretraining.batch.unlabeled"],
  10: ["steps", "batch.labeled", "batch.unlabeled"],
  11: ["optimizer.schedule", "optimizer.nesterov"],
  12: ["options.supervised", "options.scale", "pretraining.options.supervisedScale"],
  13: ["options.representation"],
  14: ["options.contrast.similarity"],
  15: ["options.contrast.reduction"],
  16: ["options.contrast.which"],
  17: ["options.contrast.from"],
  20: ["options.sampler"],
  23: ["options.nearest.gradient"],
  24: ["options.weights.equivariance"],
  25: ["options.strong.mixing", "options.strong.photometric", "options.strong.elastic"],
  26: ["options.strong.elasticLabels"],
  27: ["options.strong.quantise8", "pretraining.options.quantise8"],
  28: ["augmentation.randomCrop"],
  29: ["augmentation.flipAxis"],
  30: ["options.unsupervised.empty"],
  31: ["options.teacher.mode", "pretraining.options.teacherMode"],
  32: ["options.deadForward", "pretraining.options.deadForward"],
  36: ["checkpoint"],
  37: ["data.lists"],
  38: ["data.modality"],
  39: ["data.crop"],
  40: ["data.window", "data.resize"],
  46: ["options.weights.nearest"],
};

/** All of them, numbered from 1. `protocol` chooses a column; those with fields of a config can each be set alone. */
export const deviations: readonly Deviation[] = choices.map((choice, at) => ({
  number: at + 1,
  ...choice,
  fields: fields[at + 1] ?? [],
}));
