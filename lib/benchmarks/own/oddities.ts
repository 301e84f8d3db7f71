import { sentences } from "../../images/remarks.js";
import type { Description } from "./description.js";
import type { Inspected } from "./inspecting.js";

/** Images with the voxels of another one: the first of them, by the ids of the others. A labelled one stays before one without a label. */
export function copiesOf(cases: readonly Inspected[]): Map<string, string> {
  const firsts = new Map<string, string>();
  const copies = new Map<string, string>();
  for (const { id, content } of [...cases].sort(
    (a, b) => Number(a.label === undefined) - Number(b.label === undefined),
  )) {
    const first = firsts.get(content);
    if (first === undefined) firsts.set(content, id);
    else copies.set(id, first);
  }
  return copies;
}

/** Whatever in the cases a person should look at before training, in sentences. */
export function odditiesOf(
  cases: readonly Inspected[],
  { classes, split, recipe, ignored }: Pick<Description, "classes" | "split" | "recipe" | "ignored">,
): string[] {
  return [
    ...classOddities(cases, classes, split),
    ...emptyLabels(cases, ignored),
    ...headerOddities(cases),
    ...geometryOddities(cases, recipe),
  ];
}

function classOddities(
  cases: readonly Inspected[],
  classes: Description["classes"],
  split: Description["split"],
): string[] {
  return classes.slice(1).flatMap(({ name, value }) => {
    const having = cases.filter(({ values }) => values?.has(value)).map(({ id }) => id);
    if (having.length === 0) return [`class ${name} (${value}) is in no label`];
    if (!having.some((id) => split.labeled.includes(id)))
      return [
        `class ${name} (${value}) is in no labelled training case (only in ${having.join(", ")}); another --seed may put one there`,
      ];
    return having.length === 1
      ? [`class ${name} (${value}) is in one case only, ${having[0]}: it is learnt but never scored`]
      : [];
  });
}

function emptyLabels(cases: readonly Inspected[], ignored?: number): string[] {
  const empty = cases.filter(
    ({ values }) => values && ![...values.keys()].some((value) => value > 0 && value !== ignored),
  );
  return empty.map(({ label }) => `label ${label} holds background only; it is taken as it is`);
}

/** What is odd in the headers, said once for all files of which it is true. */
function headerOddities(cases: readonly Inspected[]): string[] {
  const of = (part: "image" | "label", kind: string) =>
    sentences(
      cases.flatMap((one) => one.remarks[part].map((remark) => ({ path: one[part] ?? "", remark }))),
      kind,
    );
  return [...of("image", "images"), ...of("label", "labels")];
}

function geometryOddities(cases: readonly Inspected[], { orientation: wanted }: Description["recipe"]): string[] {
  const counts = Object.entries(orientationsOf(cases)).sort(([, a], [, b]) => b - a);
  const unlike = cases.filter(({ orientation }) => orientation !== counts[0][0]);
  const turned =
    unlike.length > 0
      ? [
          `${unlike.length} images lie otherwise than the rest (${counts.map(([codes, count]) => `${codes}: ${count}`).join(", ")}; the first is ${unlike[0].id}); all are turned to ${wanted}`,
        ]
      : [];
  const apart = ["right", "anterior", "superior"].flatMap((name, axis) => {
    const sorted = [...cases].sort((a, b) => a.spacingMm[axis] - b.spacingMm[axis]);
    const [least, most] = [sorted[0], sorted[sorted.length - 1]];
    return most.spacingMm[axis] > 2 * least.spacingMm[axis]
      ? [
          `spacing towards ${name} differs by more than 2 times: ${short(least.spacingMm[axis])} mm in ${least.id}, ${short(most.spacingMm[axis])} mm in ${most.id}`,
        ]
      : [];
  });
  return [...turned, ...apart];
}

/** How many images lie which way. */
export function orientationsOf(cases: readonly Inspected[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { orientation } of cases) counts[orientation] = (counts[orientation] ?? 0) + 1;
  return counts;
}

const short = (value: number) => Number(value.toPrecision(3));

/** From the smallest to the largest along each axis, such as "31–43 × 40–59 × 24–47". */
export function ranges(sizes: readonly (readonly number[])[]): string {
  return sizes[0]
    .map((_, axis) => {
      const values = sizes.map((size) => size[axis]);
      const [low, high] = [Math.min(...values), Math.max(...values)].map(short);
      return low === high ? `${low}` : `${low}–${high}`;
    })
    .join(" × ");
}
