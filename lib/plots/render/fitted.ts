import { titledAxes } from "./axisTitles.js";
import type { Annotation, Axes, Figure, Layout } from "./figure.js";
import { type Fit, type Measure, wrap } from "./fit.js";
import { frame, titles, toolbar } from "./frame.js";
import { axesOf, type Places, placesOf } from "./places.js";
import { grey } from "./theme.js";

/** A figure laid out for a width in pixels: its words are wrapped, its pictures sized and its legend placed anew. One that does not say what its layout follows from keeps it. */
export function fitted<F extends Figure>(figure: F, width: number, measure: Measure): F {
  const { fit, layout } = figure;
  if (!fit) return { ...figure, layout: { ...{ width }, ...layout } };
  const wide = Math.max(width, leastWidth(fit));
  const { left = 70, right = toolbar, height = 270 } = fit;
  const rows = fit.rows && rowNames(fit.rows, 0.4 * wide, measure);
  const beside = rows?.left ?? left;
  const places = fit.grid && placesOf(fit.grid, wide - beside - right, measure);
  const plot = {
    width: wide,
    left: beside,
    right: places ? wide - beside - places.width : right,
    height: places?.height ?? Math.max(height, rows?.height ?? 0),
    step: layout.sliders?.[0].active,
  };
  return {
    ...figure,
    layout: {
      ...layout,
      ...frame(fit, plot, measure),
      ...titledAxes(places ? { ...layout, ...axesOf(places, layout) } : layout, plot, measure),
      ...(places && inPlaces(places, layout)),
      ...(rows && namedRows(layout, rows.texts)),
      ...(layout.sliders && { sliders: layout.sliders.map((one) => retitled(one, titles(fit, wide, measure))) }),
    },
  };
}

/** The narrowest that a figure is laid out: a page with less room scales it down. */
export const leastWidth = ({ least = 420, grid }: Fit): number =>
  grid ? Math.max(least, Math.round(((72 + grid.gap) * grid.columns) / (1 - grid.beside)) + 60) : least;

/** The y axes of a layout with names at their rows. */
const namedRows = (layout: Layout, texts: readonly string[]): Axes =>
  Object.fromEntries(
    Object.entries(layout)
      .filter(([name]) => /^yaxis\d*$/.test(name))
      .map(([name, axis]) => [name, { ...axis, tickvals: texts.map((_, at) => at), ticktext: texts }]),
  );

/** Names beside a plot, wrapped where they would take more than their share of the width. */
function rowNames(rows: readonly (readonly string[])[], most: number, measure: Measure) {
  const width = (text: string) => measure(text, { size: 13 });
  const lines = rows.map((names) =>
    names.flatMap((name, at) => wrap(name, most, width).map((text) => ({ text, isFaint: at > 0 }))),
  );
  const widest = Math.max(...lines.flat().map(({ text }) => width(text)));
  const texts = lines.map((own) =>
    own.map(({ text, isFaint }) => (isFaint ? `<span style="color:${grey.soft}">${text}</span>` : text)).join("<br>"),
  );
  const tallest = Math.max(...lines.map(({ length }) => length));
  return { left: Math.ceil(widest) + 28, texts, height: lines.length * (17 * tallest + 10) + 20 };
}

/** The parts of a layout that say where pictures lie. */
function inPlaces(places: Places, layout: Layout): Pick<Layout, "annotations" | "scene"> {
  const { annotations = [], scene } = layout;
  const headed = annotations.map(
    (one, at): Annotation => (places.headings[at] ? { ...one, text: places.headings[at].join("<br>") } : one),
  );
  return {
    annotations: headed,
    ...(scene && { scene: { ...scene, domain: { ...scene.domain, x: [places.beside, 1] as const } } }),
  };
}

type Slider = NonNullable<Layout["sliders"]>[number];

/** A slider whose steps set these titles. */
const retitled = (slider: Slider, texts: readonly string[]): Slider => ({
  ...slider,
  steps: slider.steps.map((step, at) => ({ ...step, args: [step.args[0], { "title.text": texts[at] }] })),
});
