import { greyPicture, greyWindow } from "../pictures/grey.js";
import { axisNumber, type Extent, extent, type Panel, type View, whole } from "../pictures/panel.js";
import { scaleBar, scaleText } from "../pictures/scaleBar.js";
import type { Annotation, Axes, Figure, Layout, Picture, Trace } from "./figure.js";
import { config, frame, grey, type Look, wrap } from "./theme.js";

/** How pictures are laid out and drawn. */
export interface SheetOptions extends Look {
  /** Pictures beside each other. */
  columns?: number;
  /** Whether the second index of the image runs upwards (volumes in RAS order) or downwards (photographs). */
  upwards?: boolean;
  /** Width of one picture on the screen. */
  panelPixels?: number;
  /** Rows and columns of the image that are shown, ends not included; all of it where left out. */
  view?: View;
}

/** What else a sheet is told by the figure that it is the ground of. */
interface Ground {
  /** Pixels left free at the right: for something else inside the plot, and beside it. */
  beside?: number;
  right?: number;
  /** The picture of a panel's values, as a data address; grey in the window of the middle 98 % by default. */
  paint?: (values: ArrayLike<number>, shape: readonly [number, number]) => string;
  /** Whether pixels are shown as squares, in 64 greys at the resolution of the screen: sharp, and small however large the image is. Else the screen smooths them. */
  isCrisp?: boolean;
}

const gap = 14; // pixels between pictures

/** Pictures side by side with traces over them: a trace lies on the axes of the panel with its number, and gets one entry in the legend for all panels. */
export function sheet(
  panels: readonly Panel[],
  traces: readonly Trace[],
  {
    columns = Math.min(4, panels.length),
    upwards = true,
    panelPixels = 190,
    view,
    beside = 0,
    right = gap,
    isCrisp = false,
    paint = (values, shape) => greyPicture(values, shape, greyWindow(values), { levels: isCrisp ? 64 : 256 }),
    ...look
  }: SheetOptions & Ground,
): Figure {
  const sizes = panels.map((panel) => extent(panel, view));
  const rows = Math.ceil(panels.length / columns);
  const heightPixels = Math.round(Math.max(...sizes.map(({ high, wide }) => (panelPixels * high) / wide)));
  const width = Math.max(columns * (panelPixels + gap) + beside + right, 560);
  const titles = panels.map(({ title }) =>
    title.split("\n").flatMap((line) => wrap(line, Math.floor(panelPixels / 6.2))),
  );
  const head = 8 + 16 * Math.max(...titles.map(({ length }) => length));
  const drawing = Math.round(rows * (heightPixels + head) + gap);
  const content = {
    phantom: panels.some(({ phantom }) => phantom),
    legend: [...new Set(traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name))],
    left: gap,
    right,
    bottom: 10,
  };
  const grid = {
    columns,
    upwards,
    share: heightPixels / drawing,
    headShare: head / drawing,
    columnShare: panelPixels / (width - gap - right),
    stride: (panelPixels + gap) / (width - gap - right),
  };
  const layout: Layout = {
    ...frame({ ...look, width, height: drawing }, content),
    ...axes(panels, sizes, grid),
    images: panels.map((panel, at) => {
      const { high, wide } = sizes[at];
      const dots = isCrisp ? ([Math.round((panelPixels * high) / wide), panelPixels] as const) : undefined;
      const { values, shape } = seen(panel, { view, upwards, dots });
      return picture(paint(values, shape), sizes[at], at, upwards);
    }),
    annotations: panels.flatMap((panel, at) => [panelTitle(titles[at], at), ...scaleText(panel, sizes[at], at)]),
    shapes: panels.flatMap((panel, at) => scaleBar(panel, sizes[at], at)),
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

function axes(
  panels: readonly Panel[],
  sizes: readonly Extent[],
  { columns, upwards, share, headShare, columnShare, stride }: Grid,
): Axes {
  const found: Axes = {};
  panels.forEach((panel, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const { x, y } = sizes[at];
    const top = 1 - row * (share + headShare) - headShare;
    const left = column * stride;
    const unit = panel.spacingMm ? "mm" : "pixels";
    const hidden = { visible: false, fixedrange: false, constrain: "domain" } as const;
    found[`xaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `x (${unit})` },
      range: x,
      domain: [left, left + columnShare],
      anchor: `y${axisNumber(at)}`,
    };
    found[`yaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `y (${unit})` },
      range: upwards ? y : [y[1], y[0]],
      domain: [Math.max(0, top - share), top],
      anchor: `x${axisNumber(at)}`,
      scaleanchor: `x${axisNumber(at)}`,
    };
  });
  return found;
}

interface Window {
  view?: View;
  upwards: boolean;
  dots?: readonly [number, number];
}

/** The values of a window as they lie on the screen, those under the middles of so many dots; all as they are where no number is given. */
function seen({ image, ...panel }: Panel, { view = whole(panel), upwards, dots }: Window) {
  const [[top, bottom], [left, right]] = [view.rows, view.columns];
  const shape = dots ?? ([bottom - top, right - left] as const);
  const under = (dot: number, dots: number, pixels: number) => Math.floor(((dot + 0.5) * pixels) / dots);
  const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => {
    const row = under(Math.floor(i / shape[1]), shape[0], bottom - top);
    const column = left + under(i % shape[1], shape[1], right - left);
    return image[(upwards ? bottom - 1 - row : top + row) * panel.shape[1] + column];
  });
  return { values, shape };
}

function picture(source: string, { x, y, high, wide }: Extent, at: number, upwards: boolean): Picture {
  return {
    source,
    xref: `x${axisNumber(at)}`,
    yref: `y${axisNumber(at)}`,
    x: x[0],
    y: y[upwards ? 1 : 0], // where the picture's first row lies
    sizex: wide,
    sizey: high,
    xanchor: "left",
    yanchor: "top",
    sizing: "stretch",
    layer: "below",
  };
}

/** The heading of a panel, above the left end of its axes. */
export function panelTitle(lines: readonly string[], at: number): Annotation {
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

/** Keeps one entry of a name in the legend. */
function oncePerName(): (trace: Trace) => Trace {
  const seen = new Set<string>();
  return (trace) => {
    const first = trace.showlegend !== false && !seen.has(trace.name);
    if (first) seen.add(trace.name);
    return { ...trace, showlegend: first };
  };
}
