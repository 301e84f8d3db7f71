import type { Axes } from "./figure.js";
import { type Measure, wrap } from "./fit.js";
import type { Plot } from "./frame.js";

/** The axes of a layout, each with its title in lines that are no longer than the axis. */
export function titledAxes(layout: Axes, { width, left, right, height }: Plot, measure: Measure): Axes {
  const found: Axes = {};
  for (const name of Object.keys(layout).filter(isAxis)) {
    const { title: { text = "", ...title } = {}, ...axis } = layout[name] ?? {};
    const [from, to] = axis.domain ?? [0, 1];
    const room = (to - from) * (name.startsWith("x") ? width - left - right : height);
    const lines = wrap(text.replaceAll("<br>", " "), room, (line) => measure(line, { size: 13 }));
    found[name] = { ...axis, title: { ...title, text: lines.join("<br>") } };
  }
  return found;
}

const isAxis = (name: string): name is "xaxis" | "yaxis" => /^[xy]axis\d*$/.test(name);
