import { averages } from "./averages.js";
import { bounds } from "./bounds.js";
import { copies } from "./copies.js";
import { digits } from "./digits.js";
import { type Finding, findingKinds } from "./finding.js";
import { published, type TableNumber, tableNumbers } from "./published.js";
import { repeats } from "./repeats.js";
import { unlikeCode } from "./unlikeCode.js";

/** Everything that is found in the published tables, or what concerns one of them, computed from the cells. */
export function audit(table?: TableNumber): Finding[] {
  const cells = tableNumbers.flatMap(published);
  return [averages, copies, repeats, unlikeCode, digits, bounds]
    .flatMap((check) => check(cells))
    .filter((finding) => table === undefined || finding.cells.some((cell) => cell.table === table));
}

/** How many findings of each kind there are, what the kind means, and the tables in which they are. */
export const auditRows = (findings: readonly Finding[]) =>
  Object.entries(findingKinds).map(([kind, meaning]) => {
    const own = findings.filter((finding) => finding.kind === kind);
    const tables = new Set(own.flatMap(({ cells }) => cells.map(({ table }) => table)));
    return { kind, meaning, found: own.length, tables: [...tables].sort().join(", ") || "–" };
  });
