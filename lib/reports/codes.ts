import { madeBy, otherCodeIn, trainAnew } from "../runs/madeBy.js";
import type { Group } from "../runs/records.js";

type Runs = Pick<Group, "title"> & { runs: readonly { folder: string; seed: number }[] };

/** The sign behind what was made by other code than today's; what it means stands in `codeNotes`. */
export const codeMark = "†";

/** A title with the sign where one of its runs was made by other code than today's. */
export const markedTitle = ({ title, runs }: Runs): string =>
  runs.some(({ folder }) => otherCodeIn(folder) !== undefined) ? `${title} ${codeMark}` : title;

/** Which results were made by other code than today's, in which files it differs, and whether what is compared mixes codes; a sentence each, none where all is today's. */
export function codeNotes(groups: readonly Runs[]): string[] {
  const others = new Map<string, string[]>();
  for (const { title, runs } of groups)
    for (const { folder, seed } of runs) {
      const words = otherCodeIn(folder);
      if (words !== undefined) others.set(words, [...(others.get(words) ?? []), `${title}, seed ${seed}`]);
    }
  if (others.size === 0) return [];
  const mixed = mixedFiles(groups.flatMap(({ runs }) => runs.map(({ folder }) => folder)));
  return [
    ...[...others].map(
      ([words, titles]) =>
        `${codeMark} made by other code than today's (${words}): ${titles.join("; ")}. ${trainAnew}.`,
    ),
    ...(mixed.length > 0 ? [`What is compared here was made by different codes: ${mixed.join(", ")}.`] : []),
  ];
}

/** Files that several runs depend on and that were not the same for all of them. */
function mixedFiles(folders: readonly string[]): string[] {
  const seen = new Map<string, Set<string>>();
  for (const folder of new Set(folders)) {
    const codes = madeBy(folder);
    for (const { files } of codes)
      for (const [name, sha256] of Object.entries(files)) seen.set(name, (seen.get(name) ?? new Set()).add(sha256));
  }
  return [...seen]
    .filter(([, texts]) => texts.size > 1)
    .map(([name]) => name)
    .sort();
}
