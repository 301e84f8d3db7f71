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
export function placesOf(
  { columns, gap, most, beside, panels, together = panels.length }: Grid,
  room: number,
  measure: Measure,
): Places {
  const gaps = gap * (beside > 0 ? columns : columns - 1);
  const panel = Math.max(24, Math.min(most, Math.floor((room * (1 - beside) - gaps) / columns)));
  const width = beside > 0 ? room : columns * panel + gaps;
  const headings = panels.map(({ title }) =>
    title.split("\n").flatMap((line) => wrap(line, panel, (text) => measure(text, { size: 12 }))),
  );
  const each = Math.ceil(together / columns); // lines of those that belong together
  const lineOf = (at: number) => Math.floor(at / together) * each + Math.floor((at % together) / columns);
  const lines: { head: number; tall: number; top: number }[] = [];
  for (const [at, { aspect }] of panels.entries()) {
    const { head = 0, tall = 0 } = lines[lineOf(at)] ?? {};
    lines[lineOf(at)] = {
      head: Math.max(head, 8 + 16 * headings[at].length),
      tall: Math.max(tall, Math.round(panel * aspect)),
      top: 0,
    };
  }
  let height = 8 - gap;
  for (const line of lines) {
    line.top = height + gap - 8 + line.head;
    height = line.top + line.tall;
  }
  const domains = panels.map((_, at) => {
    const left = ((at % together) % columns) * (panel + gap);
    const { top, tall } = lines[lineOf(at)];
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
