import { greyWindow, pictureOf } from "../pictures/grey.js";
import { type Extent, extent, type Panel, type View, whole } from "../pictures/panel.js";
import { scaleBar, scaleText } from "../pictures/scaleBar.js";
import { compose } from "./compose.js";
import type { Annotation, Axes, Figure, Picture, Trace } from "./figure.js";
import type { Look } from "./fit.js";
import { toolbar } from "./frame.js";
import { axisNumber } from "./places.js";
import { grey } from "./theme.js";

/** How pictures are laid out and drawn. */
export interface SheetOptions extends Omit<Look, "height"> {
  /** Pictures beside each other. */
  columns?: number;
  /** So many pictures belong together: the first of them has the scale bar, and the next ones begin a new line. */
  together?: number;
  /** Whether the second index of the image runs upwards (volumes in RAS order) or downwards (photographs). */
  upwards?: boolean;
  /** Width of one picture on the screen where there is room; at most twice as much. */
  panelPixels?: number;
  /** Rows and columns of the images that are shown, ends not included, where a panel has no view of its own; all of it where left out. */
  view?: View;
}

/** What else a sheet is told by the figure that it is the ground of. */
interface Ground {
  /** Share of the plot left free at its right, for something else inside it, and pixels beside it. */
  beside?: number;
  right?: number;
  /** The picture of a panel's values, as a data address; grey or coloured in the window of the middle 98 % by default. */
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
    together,
    upwards = true,
    panelPixels = 190,
    view,
    beside = 0,
    right = toolbar,
    isCrisp = false,
    paint,
    ...look
  }: SheetOptions & Ground,
): Figure {
  const views = panels.map((panel) => panel.view ?? view ?? whole(panel));
  const sizes = panels.map((panel, at) => extent(panel, views[at]));
  const pictures = panels.map((panel, at) => {
    const { values, shape, channels } = seen(panel, {
      view: views[at],
      upwards,
      isCrisp,
      width: panelPixels,
    });
    const levels = isCrisp || channels > 1 ? 64 : 256;
    const source = paint
      ? paint(values, shape)
      : pictureOf(values, shape, panel.window ?? greyWindow(values), { levels });
    return picture(source, sizes[at], at, upwards);
  });
  return compose({
    data: traces.map(oncePerName()),
    layout: {
      ...axes(panels, sizes, upwards),
      images: pictures,
      annotations: [
        ...panels.map((_, at) => panelTitle(at)),
        ...panels.flatMap((panel, at) => scaleText(panel, sizes[at], at)),
      ],
      shapes: panels.flatMap((panel, at) =>
        together === undefined || at % together === 0 ? scaleBar(panel, sizes[at], at) : [],
      ),
    },
    fit: {
      ...look,
      phantom: panels.some(({ phantom }) => phantom),
      legend: [...new Set(traces.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name))],
      left: gap,
      right,
      bottom: gap,
      grid: {
        columns,
        ...(together !== undefined && { together }),
        gap,
        most: 2 * panelPixels,
        isCrisp,
        beside,
        panels: panels.map(({ title }, at) => ({ title, aspect: sizes[at].high / sizes[at].wide })),
      },
    },
  });
}

function axes(panels: readonly Panel[], sizes: readonly Extent[], upwards: boolean): Axes {
  const found: Axes = {};
  panels.forEach((panel, at) => {
    const { x, y } = sizes[at];
    const unit = panel.spacingMm ? "mm" : "pixels";
    const hidden = { visible: false, fixedrange: false, constrain: "domain" } as const;
    found[`xaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `x (${unit})` },
      range: x,
      anchor: `y${axisNumber(at)}`,
    };
    found[`yaxis${axisNumber(at)}`] = {
      ...hidden,
      title: { text: `y (${unit})` },
      range: upwards ? y : [y[1], y[0]],
      anchor: `x${axisNumber(at)}`,
      scaleanchor: `x${axisNumber(at)}`,
    };
  });
  return found;
}

interface Window {
  view: View;
  upwards: boolean;
  isCrisp: boolean;
  /** Pixels of the screen along the window. */
  width: number;
}

/** The values of a window as they lie on the screen: crisp ones are those under the middles of the screen's pixels; others are means where there are many more than the screen shows. */
function seen({ image, shape: [height, stride] }: Panel, { view, upwards, isCrisp, width }: Window) {
  const [[top, bottom], [left, right]] = [view.rows, view.columns];
  const channels = image.length / (height * stride);
  const [high, wide] = [bottom - top, right - left];
  const across = isCrisp ? width : Math.min(wide, Math.round(1.5 * width));
  const shape = [Math.max(1, Math.round((across * high) / wide)), across] as const;
  const span = (dot: number, dots: number, pixels: number) => {
    if (isCrisp || pixels <= dots) return [Math.floor(((dot + 0.5) * pixels) / dots)];
    const first = Math.floor((dot * pixels) / dots);
    const count = Math.max(1, Math.floor(((dot + 1) * pixels) / dots) - first);
    return Array.from({ length: count }, (_, i) => first + i);
  };
  const columns = Array.from({ length: across }, (_, at) => span(at, across, wide));
  const values = new Float32Array(shape[0] * across * channels);
  for (let row = 0; row < shape[0]; row++) {
    const lines = span(row, shape[0], high).map((line) => (upwards ? bottom - 1 - line : top + line));
    for (let column = 0; column < across; column++)
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const line of lines)
          for (const at of columns[column]) sum += image[(line * stride + left + at) * channels + channel];
        values[(row * across + column) * channels + channel] = sum / (lines.length * columns[column].length);
      }
  }
  return { values, shape, channels };
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

/** The heading of a panel, above the left end of its axes; its words follow from the width. */
export function panelTitle(at: number, text = ""): Annotation {
  return {
    text,
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
