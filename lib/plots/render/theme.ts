import type { Axis, Figure, Frame } from "./figure.js";

/** Colours that people with any colour vision tell apart (Okabe & Ito 2008, "Color Universal Design"). */
export const okabeIto = {
  black: "#000000",
  orange: "#E69F00",
  skyBlue: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermillion: "#D55E00",
  purple: "#CC79A7",
} as const;

const { black, orange, skyBlue, green, yellow, blue, vermillion, purple } = okabeIto;
/** Series on white, in this order; yellow is too pale for a line. */
export const seriesColors = [blue, vermillion, green, purple, orange, skyBlue, black] as const;
/** Classes on a grey image, in this order. */
export const classColors = [orange, skyBlue, green, yellow, purple, vermillion, blue] as const;

/** Ink, faint ink, grid. */
export const grey = { ink: "#222222", soft: "#666666", line: "#999999", grid: "#E6E6E6" } as const;

/** Fonts about as wide as the first, for where it is not installed. */
export const fontFamily = '"Open Sans", "Segoe UI", "Noto Sans", "Helvetica Neue", Arial, sans-serif';

/** Colour of the series or class with a number; they repeat after the last one. */
export const colorOf = (at: number, colors: readonly string[] = seriesColors) => colors[at % colors.length];

const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "x"] as const;
/** Shape of the dots of the series or class with a number, for who does not see the colours. */
export const symbolOf = (at: number) => symbols[at % symbols.length];

/** A colour of red, green and blue from 0 to 255 as #RRGGBB. */
export const hex = (color: readonly number[]) =>
  `#${color
    .map((part) => part.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase()}`;

/** A colour with some transparency; alpha in [0, 1]. */
export function translucent(color: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

/** What every figure is told. */
export interface Look {
  /** The finding, as a sentence. */
  title: string;
  /** What the marks are, how many seeds, which data. */
  subtitle?: string;
  /** Width of the whole figure and height of the plot inside it, in pixels. */
  width?: number;
  height?: number;
}

/** Where a title is left out, the figure says its own finding. */
export type Untitled = Omit<Look, "title"> & { title?: string };

/** The words that stand on every figure of generated data. */
export const phantomMark = "PHANTOM DATA: generated, not the real benchmark";

/** What else a layout follows from. */
export interface Content {
  phantom?: boolean;
  /** Names of the entries of the legend, in their order; without them there is none. */
  legend?: readonly string[];
  /** Pixels beside and below the plot. */
  left?: number;
  right?: number;
  bottom?: number;
}

/** Layout of every figure, from the top: the finding in bold, what is drawn, the legend, the plot. */
export function frame(
  { title, subtitle = "", width = 760, height = 270 }: Look,
  { phantom = false, legend = [], left = 70, right = 24, bottom = 60 }: Content = {},
): Frame {
  const columns = Math.floor((width - 30) / 8.6);
  const finding = wrap(title, columns).map((line) => `<b>${line}</b>`);
  const notes = subtitle
    ? wrap(subtitle, Math.floor(columns * 1.4)).map(
        (line) => `<span style="font-size:12px;color:${grey.soft}">${line}</span>`,
      )
    : [];
  const mark = phantom ? [`<span style="font-size:12px;color:${vermillion}"><b>${phantomMark}</b></span>`] : [];
  const lines = [...finding, ...mark, ...notes];
  const words = 28 + 20.8 * lines.length; // plotly's lines are 1.3 times as far apart as the font is high
  const top = words + (legend.length > 0 ? 10 + 19 * legendRows(legend, width - left) : 0) + 16;
  const whole = Math.round(top + height + bottom);
  return {
    title: {
      text: lines.join("<br>"),
      x: 0,
      xref: "container",
      xanchor: "left",
      y: 1 - 20 / whole,
      yref: "container",
      yanchor: "top",
      pad: { l: 14 },
      font: { size: 16, color: grey.ink },
    },
    width,
    height: whole,
    margin: { l: left, r: right, t: Math.round(top), b: bottom },
    font: { family: fontFamily, size: 13, color: grey.ink },
    colorway: seriesColors,
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    hovermode: "closest",
    modebar: { orientation: "v", bgcolor: "rgba(255,255,255,0.7)" }, // beside the title, not on it
    showlegend: legend.length > 0,
    legend: {
      orientation: "h",
      x: left / width,
      xref: "container",
      xanchor: "left",
      y: 1 - words / whole,
      yanchor: "top",
      yref: "container",
      bgcolor: "rgba(255,255,255,0)",
    },
  };
}

/** Rows of a horizontal legend: plotly gives every entry the width of the widest. */
function legendRows(names: readonly string[], width: number): number {
  const entry = 48 + 7 * Math.max(...names.map((name) => name.length));
  return Math.ceil(names.length / Math.max(1, Math.floor(width / entry)));
}

/** An axis with its title; say the unit in it. */
export function axis(title: string, more: Axis = {}): Axis {
  return {
    title: { text: title, standoff: 10, font: { size: 13 } },
    gridcolor: grey.grid,
    linecolor: grey.line,
    zeroline: false,
    showline: true,
    ticks: "outside",
    tickcolor: grey.line,
    exponentformat: "power",
    automargin: true,
    ...more,
  };
}

/** No logo, and the width of the page where there is one. */
export const config: Figure["config"] = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["select2d", "lasso2d"],
};

/** Lines of at most so many characters, broken at spaces. */
export function wrap(text: string, columns: number): string[] {
  return text.split(/\s+/).reduce<string[]>((lines, word) => {
    const last = lines[lines.length - 1];
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
    return lines;
  }, []);
}
