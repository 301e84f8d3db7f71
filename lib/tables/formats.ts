import { escapeHtml } from "../plots/render/escapeHtml.js";
import { facts as factList, page, tableOf } from "../reports/page.js";

/** What a table says, before it is written in a format: texts, and the same as plain values for programs. */
export interface Sheet {
  title: string;
  /** On what the numbers were measured, by name. */
  facts: readonly (readonly [string, string])[];
  grids: readonly Grid[];
  /** What follows from the numbers, a sentence each. */
  findings: readonly string[];
  notes: readonly string[];
  /** For CSV: one rectangle, numbers not rounded, what they were measured on in every row. */
  records: readonly Readonly<Record<string, string | number | boolean | null>>[];
}

/** A rectangle of texts. Neighbouring columns with the same `group` stand under it. */
export interface Grid {
  caption: string;
  columns: readonly { group?: string; name: string }[];
  rows: readonly (readonly string[])[];
}

/** How a sheet is written, by the name of the format. */
export const tableFormats: Readonly<Record<"text" | "md" | "csv" | "tex" | "html", (sheet: Sheet) => string>> = {
  text,
  md: markdown,
  csv,
  tex,
  html,
};

/** For a terminal: columns in line, the first to the left. */
function text({ title, facts, grids, findings, notes }: Sheet): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return blocks([
    [title],
    facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...grids.map(({ caption, ...grid }) => [`${caption}:`, ...inLine(grid)]),
    findings,
    notes,
  ]);
}

function inLine({ columns, rows }: Omit<Grid, "caption">): string[] {
  const widths = columns.map(({ name }, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
  const spans = spansOf(columns);
  const widthOf = ({ from, to }: Span) => widths.slice(from, to).reduce((sum, width) => sum + width + 2, -2);
  for (const span of spans) widths[span.to - 1] += Math.max(0, (span.group?.length ?? 0) - widthOf(span));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at])))
      .join("  ")
      .trimEnd();
  const groups = spans
    .map((span) => (span.group ?? "").padStart(widthOf(span)))
    .join("  ")
    .trimEnd();
  return [...(groups ? [groups] : []), line(columns.map(({ name }) => name)), ...rows.map(line)];
}

/** Columns `from` up to before `to` that stand under one group. */
export interface Span {
  group?: string;
  from: number;
  to: number;
}

/** Runs of columns with the same group. */
export function spansOf(columns: Grid["columns"]): Span[] {
  const spans: Span[] = [];
  for (const [at, { group }] of columns.entries()) {
    const last = spans.at(-1);
    if (last && group !== undefined && last.group === group) last.to = at + 1;
    else spans.push({ group, from: at, to: at + 1 });
  }
  return spans;
}

function markdown({ title, facts, grids, findings, notes }: Sheet): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return blocks([
    [`### ${title}`],
    facts.map(([name, value]) => `- ${name}: ${value}`),
    ...grids.map(({ caption, columns, rows }) => [
      `**${caption}**`,
      "",
      line(columns.map(nameOf)),
      line(columns.map((_, at) => (at === 0 ? ":--" : "--:"))),
      ...rows.map(line),
    ]),
    [...findings, ...notes].map((sentence) => `- ${sentence}`),
  ]);
}

/** Name of a column with its group. */
const nameOf = ({ group, name }: Grid["columns"][number]) => (group ? `${group}: ${name}` : name);

function csv({ records }: Sheet): string {
  const names = Object.keys(records[0] ?? {});
  const field = (value: string | number | boolean | null) => {
    const written = value === null ? "" : String(value);
    return /[",\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
  };
  return [names.join(","), ...records.map((record) => names.map((name) => field(record[name])).join(","))]
    .map((line) => `${line}\n`)
    .join("");
}

/** A fragment for a document that loads the package booktabs. */
function tex({ title, facts, grids, findings, notes }: Sheet): string {
  return blocks([
    [
      `% ${title}`,
      ...[...facts.map(([name, value]) => `${name}: ${value}`), ...findings, ...notes].map((line) => `% ${line}`),
    ],
    ...grids.map((grid) => texTable(title, facts, grid)),
  ]);
}

function texTable(title: string, facts: Sheet["facts"], { caption, columns, rows }: Grid): string[] {
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  const groups = spansOf(columns).map(
    ({ group = "", from, to }) => `\\multicolumn{${to - from}}{c}{${texText(group)}}`,
  );
  const said = facts.map(([name, value]) => `${name}: ${value}`).join("; ");
  return [
    "\\begin{table}",
    `\\caption{${texText(`${title}. ${caption}. ${said}.`)}}`,
    `\\begin{tabular}{l${"r".repeat(columns.length - 1)}}`,
    "\\toprule",
    ...(columns.some(({ group }) => group) ? [line(groups)] : []),
    line(columns.map(({ name }) => texText(name))),
    "\\midrule",
    ...rows.map((row) => line(row.map(texText))),
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ];
}

const texSigns: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "±": "$\\pm$",
  "–": "--",
  "×": "$\\times$",
  "→": "$\\to$",
  "<": "$<$",
  ">": "$>$",
};

const texText = (plain: string) => plain.replace(/[\\~^−±–×→<>&%$#_{}]/g, (sign) => texSigns[sign] ?? `\\${sign}`);

function html({ title, facts, grids, findings, notes }: Sheet): string {
  const paragraphs = [...findings, ...notes].map((sentence) => `<p>${escapeHtml(sentence)}</p>`);
  const tables = grids.map(({ caption, columns, rows }) =>
    tableOf(
      escapeHtml(caption),
      columns.map(({ group, name }) => (group ? `${escapeHtml(group)}:<br>${escapeHtml(name)}` : escapeHtml(name))),
      rows.map((row) => row.map(escapeHtml)),
    ),
  );
  const about = factList(facts.map(([name, value]) => [name, escapeHtml(value)] as const));
  return page(title, [`<h1>${escapeHtml(title)}</h1>`, about, ...tables, ...paragraphs].join("\n"));
}

/** Paragraphs with an empty line between them. */
const blocks = (parts: readonly (readonly string[])[]) =>
  parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
