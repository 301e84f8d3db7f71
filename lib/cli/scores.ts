import { measureIn, scoreIn } from "../training/evaluation/measure.js";
import type { Mean, Metrics } from "../training/evaluation/metrics.js";
import { fixed } from "../written.js";
import { table } from "./output.js";

/** The result of a run as lines: a row for each class and one for their mean. */
export function scoreTable({
  perClass,
  mean,
  counts,
  unit,
  cases,
  split,
  emptyPolicy,
  phantom,
  checkpoint,
  testedStep,
  beside,
  miou,
}: Metrics): string[] {
  const isMiou = measureIn({ miou }) === "mIoU";
  const cells = (one: Mean) =>
    isMiou ? [fixed(one.jaccard, 3)] : [fixed(one.dice, 3), fixed(one.jaccard, 3), ...distances(one)];
  const inUnit = unit === "mm" ? "mm" : "voxels";
  const rows = [
    isMiou ? ["class", "IoU"] : ["class", "Dice", "Jaccard", `HD95 (${inUnit})`, `ASD (${inUnit})`, `ASSD (${inUnit})`],
    ...perClass.map((one) => [one.name, ...cells(one)]),
    ["mean", ...cells(mean)],
  ];
  return [
    ...table(rows),
    "",
    `${cases.length} ${split} cases${phantom ? " of a PHANTOM (generated data)" : ""}; weights of step ${testedStep} (${checkpoint === "last" ? "the last" : "best on validation"}).`,
    ...(beside && beside.testedStep !== testedStep
      ? [
          `${beside.checkpoint === "last" ? "The last weights" : "Those best on validation"}, of step ${beside.testedStep}: ${measureIn({ miou })} ${fixed(scoreIn({ mean: beside.mean, miou }), 3)}.`,
        ]
      : []),
    isMiou
      ? "The mean is the mIoU, of one confusion matrix of all these photographs."
      : `False negatives ${counts.falseNegative}, false positives ${counts.falsePositive}, classes absent from both masks ${counts.absent}; empty masks are scored by the policy "${emptyPolicy}".`,
  ];
}

const distances = ({ hd95, asd, assd }: Mean) =>
  [hd95, asd, assd].map((value) => (value === null ? "–" : fixed(value, 2)));
