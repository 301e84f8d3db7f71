import type { Frame } from "./figure.js";
import { type Fit, type Look, type Measure, wrap } from "./fit.js";
import { fontFamily, grey, okabeIto, seriesColors } from "./theme.js";

/** The words that stand on every figure of generated data. */
export const phantomMark = "PHANTOM DATA: generated, not the real benchmark";

/** Pixels at the right that the toolbar has for itself. */
export const toolbar = 40;

const edge = 14;
const lineHeight = 20.8; // plotly's lines are 1.3 times as far apart as the font is high

/** Where a plot lies in its figure, in pixels. */
export interface Plot {
  width: number;
  left: number;
  right: number;
  height: number;
  /** Position of the slider whose title is shown. */
  step?: number;
}

/** The part of the layout that all figures share, from the top: the finding in bold, what is drawn, the legend, the plot. */
export function frame(fit: Fit, { width, left, right, height, step = 0 }: Plot, measure: Measure): Frame {
  const { phantom = false, legend = [], bottom = 60, steps = [fit] } = fit;
  const lines = steps.map((words) => title(words, phantom, width, measure));
  const words = 28 + lineHeight * Math.max(...lines.map(({ length }) => length));
  const keys = legend.length > 0 ? 29.3 * legendRows(legend, width - edge - toolbar, measure) : 0;
  const top = Math.round(words + keys + 14);
  const whole = Math.round(top + height + bottom);
  return {
    title: {
      text: titleAt(lines, step),
      x: 0,
      xref: "container",
      xanchor: "left",
      y: 1 - 20 / whole,
      yref: "container",
      yanchor: "top",
      pad: { l: edge },
      font: { size: 16, color: grey.ink },
    },
    width,
    height: whole,
    margin: { l: left, r: right, t: top, b: bottom },
    font: { family: fontFamily, size: 13, color: grey.ink },
    colorway: seriesColors,
    paper_bgcolor: grey.paper,
    plot_bgcolor: grey.paper,
    hovermode: "closest",
    hoverlabel: { font: { family: fontFamily, size: 12 }, namelength: -1 },
    modebar: { orientation: "v", bgcolor: "rgba(0,0,0,0)", color: grey.line, activecolor: grey.soft },
    showlegend: legend.length > 0,
    legend: {
      orientation: "h",
      x: edge / 2 / width,
      xref: "container",
      xanchor: "left",
      y: 1 - words / whole,
      yanchor: "top",
      yref: "container",
      bgcolor: "rgba(0,0,0,0)",
    },
  };
}

/** Titles at the positions of a slider, as markup. */
export const titles = ({ steps = [], phantom = false }: Fit, width: number, measure: Measure): string[] => {
  const lines = steps.map((words) => title(words, phantom, width, measure));
  return lines.map((_, at) => titleAt(lines, at));
};

const titleAt = (lines: readonly string[][], at: number) => lines[at].join("<br>");

/** The lines above a plot: none reaches into the toolbar. */
function title({ title, subtitle = "" }: Look, phantom: boolean, width: number, measure: Measure): string[] {
  const room = width - edge - toolbar;
  const small = (text: string, color: string) => `<span style="font-size:12px;color:${color}">${text}</span>`;
  const finding = wrap(title, room, (text) => measure(text, { size: 16, bold: true }));
  const marks = phantom ? wrap(phantomMark, room, (text) => measure(text, { size: 12, bold: true })) : [];
  const notes = subtitle ? wrap(subtitle, room, (text) => measure(text, { size: 12 })) : [];
  return [
    ...finding.map((line) => `<b>${line}</b>`),
    ...marks.map((line) => small(`<b>${line}</b>`, okabeIto.vermillion)),
    ...notes.map((line) => small(line, grey.soft)),
  ];
}

/** Rows of a horizontal legend, whose entries follow each other like words. */
function legendRows(names: readonly string[], width: number, measure: Measure): number {
  let [rows, at] = [1, 0];
  for (const name of names) {
    const entry = 46 + measure(name, { size: 13 }); // the mark, and the space around it
    if (at > 0 && at + entry > width) [rows, at] = [rows + 1, 0];
    at += entry;
  }
  return rows;
}
