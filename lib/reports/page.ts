import { escapeHtml } from "../plots/render/escapeHtml.js";
import type { Figure } from "../plots/render/figure.js";
import { fitted } from "../plots/render/fitted.js";
import { textWidth } from "../plots/render/measure.js";
import { svg } from "../plots/render/svg.js";
import { grey, okabeIto } from "../plots/render/theme.js";

/** A whole HTML page without anything from outside: it can be mailed, printed and opened without a network. `fonts` are the rules of fonts that it brings along. */
export function page(title: string, body: string, { fonts = "" } = {}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${fonts}${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** A heading row and rows; the first cell of each row is its heading. Cells are markup. */
export function tableOf(caption: string, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((heading) => `<th scope="col">${heading}</th>`).join("");
  const body = rows
    .map(
      ([first, ...rest]) => `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
    )
    .join("\n");
  return `<div class="wide" tabindex="0"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

const drawnWidth = 880; // of a figure in pixels: its words are as large as the page's when that is wide, and still read when it is narrow

/** A figure as an inline picture as wide as the page, in the page's colours; `alt` says in words what it shows. */
export function picture(figure: Figure, alt: string): string {
  const shown = fitted(figure, drawnWidth, textWidth);
  const { width, height } = shown.layout;
  const drawing = svg(shown)
    .replace(
      /^<svg[^>]*><rect[^>]*>/,
      `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(alt)}">`,
    ) // without its paper
    .replaceAll("xlink:href", "href")
    .replaceAll(/#[0-9A-F]{6}\b|rgb\(\d+, \d+, \d+\)/g, (color) => pageColors.get(color) ?? color);
  return `<figure>${drawing}</figure>`;
}

/** What stands for the greys of a figure, as plotly writes them too. */
const pageColors = new Map(
  Object.entries({
    [grey.ink]: "ink",
    [okabeIto.black]: "ink",
    [grey.soft]: "soft",
    [grey.line]: "line",
    [grey.grid]: "grid",
  }).flatMap(([color, name]) => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    return [color, `rgb(${parts.join(", ")})`].map((written) => [written, `var(--figure-${name})`] as const);
  }),
);

/** Something to be opened by whoever wants to know. */
export const details = (summary: string, content: string) =>
  `<details><summary>${summary}</summary>\n${content}\n</details>`;

/** Names and values, as a list. Values are markup. */
export const facts = (pairs: readonly (readonly [string, string])[]) =>
  `<dl>${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${value}</dd>`).join("\n")}</dl>`;

/** Something to be typed or read as it is. */
export const code = (text: string) => `<pre><code>${escapeHtml(text)}</code></pre>`;

const style = `
:root { --ink: #1b1b1b; --soft: #555; --paper: #fff; --line: #d5d5d5; --shade: #f4f5f7; --accent: #0072b2; --warn: #b34700; --figure-ink: #222; --figure-soft: #666; --figure-line: #999; --figure-grid: #e6e6e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a8a8a8; --paper: #16181b; --line: #3a3d42; --shade: #22252a; --accent: #6bb8e8; --warn: #ff9c57; --figure-ink: #e8e8e8; --figure-soft: #a8a8a8; --figure-line: #808489; --figure-grid: #34373c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 "Open Sans", "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.2rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .5rem; padding-top: .8rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
p { max-width: 46rem; margin: .5rem 0; }
.soft { color: var(--soft); }
.phantom { border: 2px solid var(--warn); color: var(--warn); font-weight: 700; padding: .4rem .8rem; border-radius: .4rem; }
.warning { color: var(--warn); font-weight: 700; }
li { max-width: 46rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
td { white-space: nowrap; }
.range { white-space: normal; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
th[scope=row], thead th:first-child { text-align: left; font-weight: 600; min-width: 9rem; }
@media (max-width: 60rem) { table { font-size: .82rem; } th, td { padding: .3rem .35rem; } th[scope=row], thead th:first-child { min-width: 7rem; } }
figure { margin: 1rem 0; border: 1px solid var(--line); border-radius: .4rem; padding: .3rem; }
figure svg { display: block; width: 100%; height: auto; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .4rem .9rem; background: var(--shade); }
summary { cursor: pointer; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: .6rem .8rem; font-size: .85rem; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print { :root { --ink: #000; --paper: #fff; --shade: #fff; --soft: #444; --line: #bbb; } main { max-width: none; padding: 0; } figure, details, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
