import type { Figure, Layout } from "../../plots/render/figure.js";
import { grey, okabeIto } from "../../plots/render/theme.js";

/** Variables of JupyterLab's themes that stand for the greys of a figure. */
const variables: readonly (readonly [own: string, variable: string])[] = [
  [grey.ink, "--jp-content-font-color1"],
  [okabeIto.black, "--jp-content-font-color1"],
  [grey.soft, "--jp-content-font-color2"],
  [grey.line, "--jp-border-color0"],
  [grey.grid, "--jp-border-color2"],
];

/** A figure in the colours of the page's theme: its words, lines and paper; those of data and pictures stay. */
export function inTheme({ data, layout, ...rest }: Figure, style: CSSStyleDeclaration): Figure {
  const of = (variable: string, own: string) => style.getPropertyValue(variable).trim() || own;
  const colors = new Map(variables.map(([own, variable]) => [own, of(variable, own)]));
  const paper = of("--jp-layout-color0", grey.paper);
  const changed: Layout = { ...recolored(layout, colors), paper_bgcolor: paper, plot_bgcolor: paper };
  return { ...rest, data: recolored(data, colors), layout: changed };
}

/** A copy with other colours, also where a text names them. */
function recolored<T>(value: T, colors: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value);
  return JSON.parse(text.replaceAll(/#[0-9A-F]{6}\b/g, (color) => colors.get(color) ?? color));
}
