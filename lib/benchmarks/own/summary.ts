import type { Imported } from "./importing.js";

/** The classes of an import as rows of a table: value in the files, percent of the labelled voxels, in how many labels. */
export function importRows({
  description: { classes, found },
}: {
  description: Pick<Imported["description"], "classes"> & { found: Pick<Imported["description"]["found"], "classes"> };
}) {
  return found.classes.map(({ name, percent, cases }, at) => ({
    class: name,
    value: classes[at].value,
    "% of voxels": percent,
    labels: cases,
  }));
}

/** What was found, decided and odd in an import, in sentences. */
export function importFindings({ description, benchmark }: Pick<Imported, "description" | "benchmark">): string[] {
  const { split, found, decisions, oddities } = description;
  const cases = Object.keys(description.cases).length;
  const ways = Object.entries(found.orientations).map(([codes, count]) => `${codes} ${count}`);
  return [
    `${cases} scans, ${cases - split.unlabeled.length} with labels; size ${found.size} voxels, spacing ${found.spacing} mm (right × anterior × superior), orientation ${ways.join(", ")}`,
    `split: ${split.labeled.length} labelled and ${split.unlabeled.length} unlabelled to train on, ${split.validation.length} for validation, ${split.test.length} for the test` +
      (benchmark.hasValidation ? "" : "; without validation the last weights are tested, not the best"),
    ...decisions,
    ...(oddities.length ? oddities.map((oddity) => `odd: ${oddity}`) : ["nothing odd was found"]),
  ];
}
