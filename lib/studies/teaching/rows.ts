import { curves } from "../../plots/charts/curves.js";
import type { Figure } from "../../plots/render/figure.js";
import type { Untitled } from "../../plots/render/fit.js";
import { fixed, percent, significant } from "../../written.js";
import type { TermGradient } from "./gradients.js";
import type { ClassQuality, LabelQuality, Speaker } from "./pseudoLabels.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Distinct values in order of appearance. */
const each = <T>(values: readonly T[]) => [...new Set(values)];

/** What is followed through a training: a number of a `LabelQuality`, and how it is called on an axis. */
const followed = {
  dice: "Dice of the labels (0 to 1)",
  sure: "share of pixels that are sure (0 to 1)",
  accuracyOfSure: "share of the sure pixels that are right (0 to 1)",
} as const;

/** A number of the labels over the training, a line for every arm and speaker, the mean over the seeds. */
export function labelCurves(
  found: readonly LabelQuality[],
  { of = "dice", ...look }: { of?: keyof typeof followed } & Untitled = {},
): Figure {
  const arms = each(found.map(({ arm }) => arm));
  const points = found.map(({ arm, speaker, ...one }) => ({
    ...one,
    arm: arms.length > 1 ? `${arm}: ${speaker}` : speaker,
    value: one[of],
  }));
  return curves(points, { y: followed[of], ...look });
}

/** Those of the last moment of each arm, whose trainings may be of different lengths. */
const atTheEnd = (found: readonly LabelQuality[]) =>
  found.filter(({ arm, step }) => step === Math.max(...found.filter((one) => one.arm === arm).map((one) => one.step)));

/** A row for every arm and speaker at the end of the training, means over seeds. */
export const labelRows = (found: readonly LabelQuality[]) =>
  grouped(atTheEnd(found)).map(({ arm, speaker, own }) => ({
    arm,
    "whose labels": speaker,
    "Dice (0 to 1)": mean(own.map(({ dice }) => dice)),
    right: percent(mean(own.map(({ accuracy }) => accuracy)), 1),
    sure: percent(mean(own.map(({ sure }) => sure)), 1),
    "right of the sure": rightOfSure(own),
    "calibration error": percent(mean(own.map(({ calibration }) => calibration.error)), 2),
  }));

/** How many of the sure pixels are right, mean over the trainings that have any; a dash where none has. */
function rightOfSure(own: readonly LabelQuality[]): string {
  const known = own.filter(({ sure }) => sure > 0).map(({ accuracyOfSure }) => accuracyOfSure);
  return known.length > 0 ? percent(mean(known), 2) : "–";
}

/** A row for every class and arm at the end, of the labels that the student learns from: means over seeds. */
export const classRows = (found: readonly LabelQuality[], whose: Speaker = "teacher in training mode") =>
  grouped(atTheEnd(found).filter(({ speaker }) => speaker === whose)).flatMap(({ arm, own }) =>
    own[0].perClass.map(({ class: name }, at) => {
      const of = (value: (one: ClassQuality) => number) => mean(own.map(({ perClass }) => value(perClass[at])));
      return {
        arm,
        class: name,
        "Dice (0 to 1)": of(({ dice }) => dice),
        "of its pixels so labelled": percent(of(({ recall }) => recall)),
        "of so labelled pixels right": percent(of(({ precision }) => precision)),
        "of its pixels sure": percent(of(({ sure }) => sure)),
      };
    }),
  );

function grouped(found: readonly LabelQuality[]) {
  return each(found.map(({ arm }) => arm)).flatMap((arm) =>
    each(found.map(({ speaker }) => speaker)).flatMap((speaker) => {
      const own = found.filter((one) => one.arm === arm && one.speaker === speaker);
      return own.length > 0 ? [{ arm, speaker, own }] : [];
    }),
  );
}

/** "at the start", "after step 400". */
const moment = (weights: TermGradient["weights"]) =>
  typeof weights === "number"
    ? `after step ${weights}`
    : { start: "at the start", last: "at the end", random: "random" }[weights];

/** A row for every term of the loss and moment, means over seeds. */
export const gradientRows = (found: readonly TermGradient[]) =>
  each(found.map(({ arm }) => arm)).flatMap((arm) =>
    each(found.map(({ weights }) => weights)).flatMap((weights) =>
      each(found.map(({ term }) => term)).flatMap((term) => {
        const own = found.filter((one) => one.arm === arm && one.weights === weights && one.term === term);
        if (own.length === 0) return [];
        return [
          {
            arm,
            weights: moment(weights),
            term,
            "norm of its gradient": significant(mean(own.map(({ norm }) => norm)), 3),
            "to the supervised one's": significant(mean(own.map(({ ratio }) => ratio)), 2),
            "cosine with the truth's": fixed(mean(own.map(({ truth }) => truth)), 3),
            "cosine with the supervised one's": fixed(mean(own.map(({ supervised }) => supervised)), 3),
          },
        ];
      }),
    ),
  );

/** What the labels of teacher and student are worth at the end, in one sentence. */
export function labelFinding(found: readonly LabelQuality[]): string {
  const sentences = each(found.map(({ arm }) => arm)).map((arm) => {
    const of = (speaker: Speaker) => atTheEnd(found).filter((one) => one.arm === arm && one.speaker === speaker);
    const [training, calm, student] = [
      of("teacher in training mode"),
      of("teacher in evaluation mode"),
      of("student"),
    ].map((own) => fixed(mean(own.map(({ dice }) => dice)), 3));
    const own = of("teacher in training mode");
    const sure = percent(mean(own.map((one) => one.sure)), 1);
    const right = rightOfSure(own);
    return `${arm}: the labels that the student learns from have a Dice of ${training} (${calm} from the teacher in evaluation mode, ${student} from the student itself); ${right === "–" ? "no pixel is sure" : `${sure} of the pixels are sure, of which ${right} are right`}.`;
  });
  const seeds = each(found.map(({ seed }) => seed)).length;
  return `On slices whose labels the training did not have, at its end${seeds > 1 ? `, means of ${seeds} seeds` : ""}. ${sentences.join(" ")}`;
}

/** Which terms move the network, and which towards the truth, at each moment, in one sentence. */
export function gradientFinding(found: readonly TermGradient[]): string {
  const sentences = each(found.map(({ weights }) => weights)).map((weights) => {
    const words = each(found.map(({ term }) => term)).map((term) => {
      const own = found.filter((one) => one.weights === weights && one.term === term);
      const [ratio, truth] = [mean(own.map((one) => one.ratio)), mean(own.map((one) => one.truth))];
      return `${term} ${significant(ratio, 2)} (cosine ${fixed(truth, 2)})`;
    });
    return `${moment(weights)} ${words.join(", ")}`;
  });
  return `Norms of the terms' gradients as multiples of the supervised one's, with the cosine to what true labels would teach: ${sentences.join("; ")}.`;
}
