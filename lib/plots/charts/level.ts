import type { Annotation, Trace } from "../render/figure.js";
import { grey } from "../render/theme.js";

/** A value that others are seen against, with its name. */
export interface Level {
  name: string;
  value: number;
}

/** A dashed line at a value of one axis, from end to end of the other, and its name: at the left above a level of y, at the top beside one of x. */
export function levelLine(
  { name, value }: Level,
  along: "x" | "y",
  ends: readonly [number, number],
): { line: Trace; words: Annotation } {
  const [across, words] =
    along === "y"
      ? [{ x: ends, y: [value, value] }, { x: ends[0], y: value, xanchor: "left", xshift: 6 } as const]
      : [{ x: [value, value], y: ends }, { x: value, y: ends[1], xanchor: "right" } as const];
  return {
    line: {
      type: "scatter",
      mode: "lines",
      name,
      ...across,
      line: { color: grey.soft, width: 1.5, dash: "dash" },
      hoverinfo: "name",
      showlegend: false,
    },
    words: {
      text: name,
      ...words,
      xref: "x",
      yref: "y",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 12, color: grey.soft },
    },
  };
}
