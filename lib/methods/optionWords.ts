import type { RelationalOptions } from "../pretraining/relationalOptions.js";
import { samplers } from "../samplers/index.js";
import type { ArcoOptions } from "./arco/options.js";
import type { Passes } from "./passes.js";

/** All words of a type; the compiler sees to it that none is missing. */
const all = <W extends string>(words: Record<W, true>) => Object.keys(words);

const passes = all<Passes>({ joint: true, separate: true });
const teacherMode = all<ArcoOptions["teacher"]["mode"]>({ train: true, eval: true });

/** For each method the options that are words, by their path, with the words they may be. */
export const optionWords: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  meanTeacher: { passes },
  relational: {
    mined: all<RelationalOptions["mined"]>({ queue: true, fresh: true }),
    headActivation: all<RelationalOptions["headActivation"]>({ leakyRelu: true, relu: true, none: true }),
    klDirection: all<RelationalOptions["klDirection"]>({ teacherStudent: true, studentTeacher: true }),
    localLayout: all<RelationalOptions["localLayout"]>({ window: true, released: true }),
    localInput: all<RelationalOptions["localInput"]>({ logits: true, features: true }),
    views: all<RelationalOptions["views"]>({ independent: true, blurOnly: true }),
    teacherMode,
  },
  arco: {
    sampler: Object.keys(samplers),
    scope: all<ArcoOptions["scope"]>({ image: true, batch: true }),
    groups: all<ArcoOptions["groups"]>({ grid: true, superpixels: true, clusters: true }),
    "contrast.similarity": all<ArcoOptions["contrast"]["similarity"]>({ cosine: true, dot: true }),
    "contrast.reduction": all<ArcoOptions["contrast"]["reduction"]>({ mean: true, sum: true }),
    "contrast.which": all<ArcoOptions["contrast"]["which"]>({ all: true, hard: true, released: true }),
    "contrast.available": all<ArcoOptions["contrast"]["available"]>({ confidence: true, entropy: true }),
    "contrast.from": all<ArcoOptions["contrast"]["from"]>({ batch: true, bank: true }),
    "contrast.classes": all<ArcoOptions["contrast"]["classes"]>({ pixels: true, relation: true }),
    "contrast.draw": all<ArcoOptions["contrast"]["draw"]>({ shared: true, pool: true, own: true }),
    "nearest.map": all<ArcoOptions["nearest"]["map"]>({ gap: true, grid8: true, full: true }),
    "nearest.gradient": all<ArcoOptions["nearest"]["gradient"]>({ student: true, none: true }),
    "unsupervised.empty": all<ArcoOptions["unsupervised"]["empty"]>({ zero: true, nan: true }),
    "strong.mixing": all<ArcoOptions["strong"]["mixing"]>({ cutmix: true, cutout: true, classmix: true, none: true }),
    "teacher.view": all<ArcoOptions["teacher"]["view"]>({ weak: true, strong: true }),
    "teacher.mode": teacherMode,
    passes,
  },
};
