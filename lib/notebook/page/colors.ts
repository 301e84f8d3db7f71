import type { Figure, Layout } from "../../plots/render/figure.js";
import { grey, okabeIto } from "../../plots/render/theme.js";

/** Variables of JupyterLab's themes that stand for the greys of a figure. */
const variables: readonly (readonly [own: string, variable: string])[] = [
  [grey.ink, "--jp-content-font-color1"],
  [okabeIto.black, "--jp-content-font-color1"],
  [grey.soft, "--jp-content-font-color2"],
  [grey.line, "--jp-border-color0"],
  [grey.grid, "--jp-border-color2"],
  [grey.paper, "--jp-layout-color0"],
];

/** The colours of the page's theme by those of a figure that they stand for. */
export function themeColors(): ReadonlyMap<string, string> {
  const style = getComputedStyle(document.body);
  return new Map(variables.map(([own, variable]) => [own, style.getPropertyValue(variable).trim() || own]));
}

/** A figure in the colours of a theme: its words, lines and paper; those of data and pictures stay. */
export function inTheme({ data, layout, ...rest }: Figure, theme: ReadonlyMap<string, string>): Figure {
  const colors = new Map([...theme].filter(([own]) => own !== grey.paper)); // white is also a colour of scales
  const paper = theme.get(grey.paper);
  const changed: Layout = { ...recolored(layout, colors), paper_bgcolor: paper, plot_bgcolor: paper };
  return { ...rest, data: recolored(data, colors), layout: changed };
}

/** A copy with other colours, also where a text names them. */
function recolored<T>(value: T, colors: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value);
  return JSON.parse(text.replaceAll(/#[0-9A-F]{6}\b/g, (color) => colors.get(color) ?? color));
}
