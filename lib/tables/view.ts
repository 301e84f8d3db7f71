import type { Difference } from "../plots/charts/pairedDifferences.js";
import { escapeHtml } from "../plots/render/escapeHtml.js";
import { replicates } from "../reports/rows.js";
import { differences, observations } from "../statistics/replicates.js";
import { type Grid, type Sheet, spansOf, tableFormats } from "./formats.js";
import type { TableResult } from "./result.js";
import { resultSheet } from "./sheet.js";

/** A sheet as a notebook shows it: markup without a style sheet of its own, and the text that stands for it. */
export function sheetView(sheet: Sheet): { html: string; text: string } {
  const { title, facts, grids, findings, notes } = sheet;
  const small = (text: string) => `<div style="font-size:85%">${text}</div>`;
  const said = facts.map(([name, value]) => small(`<b>${escapeHtml(name)}</b>: ${escapeHtml(value)}`));
  const below = [...findings, ...notes].map((sentence) => small(escapeHtml(sentence)));
  const html = [`<div><b>${escapeHtml(title)}</b></div>`, ...said, ...grids.map(gridHtml), ...below].join("\n");
  return { html, text: tableFormats.text(sheet).trimEnd() };
}

function gridHtml({ caption, columns, rows }: Grid): string {
  const cell = (tag: string, text: string, at: number, more = "") =>
    `<${tag} style="text-align:${at === 0 ? "left" : more ? "center" : "right"}"${more}>${escapeHtml(text)}</${tag}>`;
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((text, at) => cell(tag, text, at)).join("")}</tr>`;
  const spans = spansOf(columns);
  const groups = spans.map(({ group = "", from, to }) => cell("th", group, from, ` colspan="${to - from}"`)).join("");
  const head = [
    ...(spans.some(({ group }) => group) ? [`<tr>${groups}</tr>`] : []),
    line(
      "th",
      columns.map(({ name }) => name),
    ),
  ];
  const body = rows.map((row) => line("td", row));
  return `<table><caption style="text-align:left">${escapeHtml(caption)}</caption><thead>${head.join("")}</thead><tbody>${body.join("")}</tbody></table>`;
}

/** Ours beside published, and the paired differences, without what follows from them. */
export const tableView = (result: TableResult): { html: string; text: string } =>
  sheetView({ ...resultSheet(result), findings: [] });

/** Whether each difference is decided and how many more seeds it would take, a sentence a comparison. */
export const seedSentences = (result: TableResult): readonly string[] => resultSheet(result).findings;

/** The differences in Dice points, a value a comparison and seed (or draw), as `pairedDifferences` draws them. */
export function tableDifferences({ rows }: TableResult): Difference[] {
  return rows.flatMap(({ title, runs, comparison }) => {
    const partner = rows.find((row) => row.title === comparison?.against);
    if (!partner) return [];
    const phantom = runs.some(({ metrics }) => metrics.phantom);
    const { of, values } = observations(differences(replicates(partner), replicates({ runs })));
    return values.map(({ number, value }) => ({
      arm: title,
      against: partner.title,
      seed: number,
      value: 100 * value,
      of,
      phantom,
    }));
  });
}
