import type { Annotation, Axes, Figure, Layout, Picture, Shape, Trace } from "./figure.js";
import { greyPicture, greyWindow } from "./grey.js";
import { axisNumber, extent, type Panel } from "./panel.js";
import { type PanelClass, regions } from "./regions.js";
import { config, frame, grey, type Look, wrap } from "./theme.js";

export type { Panel } from "./panel.js";

/** Colours and names of the classes, and how the figure looks. */
export interface OverlayOptions extends Look {
  /** By number, the background first. */
  classes: readonly PanelClass[];
  /** Pictures beside each other. */
  columns?: number;
  /** Whether the second index of the image runs upwards (volumes in RAS order) or downwards (photographs). */
  upwards?: boolean;
  /** Width of one picture on the screen. */
  panelPixels?: number;
}

const gap = 14; // pixels between pictures

/** Slices side by side: the truth as an outline and the prediction as a translucent area in the colour of the class. */
export function overlay(panels: readonly Panel[], options: OverlayOptions): Figure {
  const { classes, columns = Math.min(4, panels.length), upwards = true, panelPixels = 190, ...look } = options;
  const rows = Math.ceil(panels.length / columns);
  const heightPixels = Math.max(...panels.map((panel) => (panelPixels * extent(panel).high) / extent(panel).wide));
  const width = Math.max(columns * (panelPixels + gap) + gap, 560);
  const titles = panels.map(({ title }) =>
    title.split("\n").flatMap((line) => wrap(line, Math.floor(panelPixels / 6.2))),
  );
  const head = 8 + 16 * Math.max(...titles.map(({ length }) => length));
  const drawing = Math.round(rows * (heightPixels + head) + gap);
  const traces = panels
    .flatMap((panel, at) => regions(panel, at, classes))
    .filter(({ x }) => x.length > 0)
    .sort((a, b) => (a.legendrank ?? 0) - (b.legendrank ?? 0));
  const content = {
    phantom: panels.some(({ phantom }) => phantom),
    legend: [...new Set(traces.map(({ name }) => name))],
    left: gap,
    right: gap,
    bottom: 10,
  };
  const layout: Layout = {
    ...frame({ ...look, width, height: drawing }, content),
    ...axes(panels, {
      columns,
      upwards,
      share: heightPixels / drawing,
      headShare: head / drawing,
      columnShare: panelPixels / (width - 2 * gap),
      stride: (panelPixels + gap) / (width - 2 * gap),
    }),
    images: panels.map((panel, at) => picture(panel, at, upwards)),
    annotations: panels.flatMap((panel, at) => [titleOf(titles[at], at), ...scaleText(panel, at)]),
    shapes: panels.flatMap(scaleBar),
  };
  return { data: traces.map(oncePerName()), layout, config };
}

interface Grid {
  columns: number;
  upwards: boolean;
  share: number;
  headShare: number;
  columnShare: number;
  stride: number;
}

function axes(panels: readonly Panel[], { columns, upwards, share, headShare, columnShare, stride }: Grid): Axes {
  const found: Axes = {};
  panels.forEach((panel, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const { high, wide } = extent(panel);
    const top = 1 - row * (share + headShare) - headShare;
    const left = column * stride;
    const unit = panel.spacingMm ? "mm" : "pixels";
    const hidden = { visible: false, fixedrange: false, constrain: "domain" } as const;
    found[`xaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `x (${unit})` },
      range: [0, wide],
      domain: [left, left + columnShare],
      anchor: `y${axisNumber(at)}`,
    };
    found[`yaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `y (${unit})` },
      range: upwards ? [0, high] : [high, 0],
      domain: [Math.max(0, top - share), top],
      anchor: `x${axisNumber(at)}`,
      scaleanchor: `x${axisNumber(at)}`,
    };
  });
  return found;
}

function picture(panel: Panel, at: number, upwards: boolean): Picture {
  const { high, wide } = extent(panel);
  const [height, width] = panel.shape;
  const window = greyWindow(panel.image);
  const shown = upwards
    ? Float32Array.from(panel.image, (_, i) => panel.image[(height - 1 - Math.floor(i / width)) * width + (i % width)])
    : panel.image;
  const source = greyPicture(shown, panel.shape, window);
  const y = upwards ? high : 0; // where the picture's first row lies
  return {
    source,
    xref: `x${axisNumber(at)}`,
    yref: `y${axisNumber(at)}`,
    x: 0,
    y,
    sizex: wide,
    sizey: high,
    xanchor: "left",
    yanchor: "top",
    sizing: "stretch",
    layer: "below",
  };
}

function titleOf(lines: readonly string[], at: number): Annotation {
  return {
    text: lines.join("<br>"),
    x: 0,
    y: 1,
    xref: `x${axisNumber(at)} domain`,
    yref: `y${axisNumber(at)} domain`,
    xanchor: "left",
    yanchor: "bottom",
    yshift: 2,
    align: "left",
    showarrow: false,
    font: { size: 12, color: grey.ink },
  };
}

/** A bar of 10 mm in the corner of each picture whose scale is known: white on black, to be seen on any tissue. */
function scaleBar(panel: Panel, at: number): Shape[] {
  if (!panel.spacingMm) return [];
  const x0 = extent(panel).wide * 0.05;
  const place = {
    type: "line",
    xref: `x${axisNumber(at)}`,
    yref: `y${axisNumber(at)} domain`,
    layer: "above",
  } as const;
  const bar = (color: string, width: number) => ({
    ...place,
    x0,
    x1: x0 + 10,
    y0: 0.04,
    y1: 0.04,
    line: { color, width },
  });
  return [bar("#000000", 6), bar("#FFFFFF", 3)];
}

function scaleText(panel: Panel, at: number): Annotation[] {
  if (!panel.spacingMm || at > 0) return [];
  return [
    {
      text: "10 mm",
      x: extent(panel).wide * 0.05,
      y: 0.07,
      xref: "x",
      yref: "y domain",
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 11, color: "#FFFFFF" },
      bgcolor: "rgba(0,0,0,0.45)",
    },
  ];
}

/** Keeps one entry of a name in the legend. */
function oncePerName(): (trace: Trace) => Trace {
  const seen = new Set<string>();
  return (trace) => {
    const first = !seen.has(trace.name);
    seen.add(trace.name);
    return { ...trace, showlegend: first };
  };
}
