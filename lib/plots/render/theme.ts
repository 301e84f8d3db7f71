import type { Axis, Figure } from "./figure.js";

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

/** Ink, faint ink, lines, grid and what they are drawn on; a page with a theme of its own puts its colours in their place. */
export const grey = { ink: "#222222", soft: "#666666", line: "#999999", grid: "#E6E6E6", paper: "#FFFFFF" } as const;

/** Marks on a picture keep these in every theme: a picture is as bright by night. */
export const onPicture = { dark: "#111111", faint: "#B0B0B0", light: "#FEFEFE" } as const;

/** The font that figures bring along; the others for pages that cannot. Without quotes, which plotly spoils in a picture. */
export const fontFamily = "Open Sans, Segoe UI, Noto Sans, Helvetica Neue, Arial, sans-serif";

/** Colour of the series or class with a number; they repeat after the last one. */
export const colorOf = (at: number, colors: readonly string[] = seriesColors) => colors[at % colors.length];

const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "x"] as const;
/** Shape of the dots of the series or class with a number, for who does not see the colours; where these repeat, each comes with another shape, so that the first 49 differ. */
export const symbolOf = (at: number) => symbols[(at + Math.floor(at / seriesColors.length)) % symbols.length];

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

/** A short toolbar without a logo and without a way to send data anywhere, and the width of the page where there is one. */
export const config: Figure["config"] = {
  displaylogo: false,
  responsive: true,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "sendChartToCloud"],
};
