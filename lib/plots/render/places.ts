import type { Axes } from "./figure.js";
import { type Grid, type Measure, wrap } from "./fit.js";

/** Where the pictures of a grid lie in a plot that is made for them. */
export interface Places {
  /** Pixels of the plot. */
  width: number;
  height: number;
  /** Shares of the plot that each picture's axes cover. */
  domains: readonly { x: [number, number]; y: [number, number] }[];
  /** The lines above each picture. */
  headings: readonly string[][];
  /** Share of the plot from which on something else may stand at the right. */
  beside: number;
}

/** What plotly writes after the x or y of a panel's axes: nothing for the first, 2 for the second. */
export const axisNumber = (at: number): `${number}` | "" => (at === 0 ? "" : `${at + 1}`);

/** Lays out the pictures of a grid as wide as there is room, each below its heading. */
export function placesOf({ columns, gap, most, beside, panels }: Grid, room: number, measure: Measure): Places {
  const gaps = gap * (beside > 0 ? columns : columns - 1);
  const panel = Math.max(24, Math.min(most, Math.floor((room * (1 - beside) - gaps) / columns)));
  const width = beside > 0 ? room : columns * panel + gaps;
  const headings = panels.map(({ title }) =>
    title.split("\n").flatMap((line) => wrap(line, panel, (text) => measure(text, { size: 12 }))),
  );
  const head = 8 + 16 * Math.max(...headings.map(({ length }) => length));
  const tall = Math.round(panel * Math.max(...panels.map(({ aspect }) => aspect)));
  const rows = Math.ceil(panels.length / columns);
  const height = rows * (tall + head) + (rows - 1) * (gap - 8);
  const domains = panels.map((_, at) => {
    const left = (at % columns) * (panel + gap);
    const top = Math.floor(at / columns) * (tall + head + gap - 8) + head;
    const x: [number, number] = [left / width, Math.min(1, (left + panel) / width)];
    const y: [number, number] = [Math.max(0, 1 - (top + tall) / height), 1 - top / height];
    return { x, y };
  });
  return { width, height, domains, headings, beside: (columns * (panel + gap)) / width };
}

/** The domains of the axes of the pictures. */
export const axesOf = ({ domains }: Places, axes: Axes): Axes =>
  Object.fromEntries(
    domains.flatMap(({ x, y }, at) => {
      const [along, up] = [`xaxis${axisNumber(at)}`, `yaxis${axisNumber(at)}`] as const;
      return [
        [along, { ...axes[along], domain: x }],
        [up, { ...axes[up], domain: y }],
      ];
    }),
  );
