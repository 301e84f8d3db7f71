import type { Fit } from "./fit.js";

/** A value along an axis; null breaks a line. */
export type Datum = number | string | null;

/** Whiskers around a point, in units of its axis. */
export interface ErrorBar {
  type: "data";
  array: readonly number[];
  arrayminus?: readonly number[];
  color?: string;
  thickness?: number;
  width?: number;
}

/** A line of a trace. */
export interface Line {
  color?: string;
  width?: number;
  dash?: "solid" | "dot" | "dash";
  shape?: "linear" | "hv";
}

/** The dots of a trace. */
export interface Marker {
  color?: string | readonly string[] | readonly number[];
  size?: number | readonly number[];
  symbol?: string;
  opacity?: number;
  line?: Line;
  /** Colours by number: `color` holds the numbers, and a bar beside the plot says what they are. */
  colorscale?: ColorScale;
  cmin?: number;
  cmax?: number;
  showscale?: boolean;
  colorbar?: ColorBar;
}

/** Colours along a scale from 0 to 1, straight lines in red, green and blue between them. */
export type ColorScale = readonly (readonly [at: number, color: string])[];

/** The key of a colour scale. */
export interface ColorBar {
  title?: { text: string; side?: "right" | "top"; font?: Font };
  tickvals?: readonly number[];
  ticktext?: readonly string[];
  thickness?: number;
  len?: number;
  x?: number;
  xanchor?: "left" | "right";
  y?: number;
  yanchor?: "top" | "middle" | "bottom";
  outlinewidth?: number;
}

/** One series of a figure; the fields of plotly's traces that we use. */
export interface Trace {
  /** A surface is drawn live only: a figure that has one brings a `still`. */
  type: "scatter" | "bar" | "surface";
  x: readonly Datum[];
  y: readonly Datum[];
  /** Heights of a surface, a row for each y; null is a hole. */
  z?: readonly (readonly (number | null)[])[];
  scene?: "scene";
  colorscale?: ColorScale;
  showscale?: boolean;
  name: string;
  visible?: boolean;
  mode?: "lines" | "markers" | "lines+markers" | "text";
  orientation?: "h" | "v";
  line?: Line;
  marker?: Marker;
  error_x?: ErrorBar;
  error_y?: ErrorBar;
  fill?: "none" | "toself" | "tonexty" | "tozeroy";
  fillcolor?: string;
  text?: readonly string[] | string;
  textposition?: string;
  /** With false, words beside the last dots and bars may stand outside the plot. */
  cliponaxis?: boolean;
  hoverinfo?: "skip" | "all" | "name";
  hovertemplate?: string;
  hoveron?: "points" | "fills" | "points+fills";
  customdata?: readonly Datum[];
  legendgroup?: string;
  legendrank?: number;
  showlegend?: boolean;
  opacity?: number;
  xaxis?: `x${number | ""}`;
  yaxis?: `y${number | ""}`;
}

/** How text looks. */
export interface Font {
  family?: string;
  size?: number;
  color?: string;
}

/** One axis of a (sub)plot. */
export interface Axis {
  title?: { text: string; standoff?: number; font?: Font };
  type?: "linear" | "log" | "category";
  range?: readonly [number, number];
  rangemode?: "normal" | "tozero";
  domain?: readonly [number, number];
  anchor?: string;
  scaleanchor?: string;
  matches?: string;
  constrain?: "domain" | "range";
  autorange?: boolean | "reversed";
  visible?: boolean;
  fixedrange?: boolean;
  zeroline?: boolean;
  zerolinecolor?: string;
  zerolinewidth?: number;
  gridcolor?: string;
  linecolor?: string;
  showgrid?: boolean;
  showline?: boolean;
  ticks?: "outside" | "";
  showticklabels?: boolean;
  tickcolor?: string;
  tickvals?: readonly number[];
  ticktext?: readonly string[];
  tickangle?: number;
  tickfont?: Font;
  nticks?: number;
  ticksuffix?: string;
  /** Pixels between the labels and the axis. */
  ticklabelstandoff?: number;
  tickformat?: string;
  exponentformat?: "none" | "e" | "power";
  automargin?: boolean;
}

/** Text at a place of the figure. */
export interface Annotation {
  text: string;
  x: number;
  y: number;
  xref?: string;
  yref?: string;
  xanchor?: "left" | "center" | "right";
  yanchor?: "top" | "middle" | "bottom";
  xshift?: number;
  yshift?: number;
  align?: "left" | "center" | "right";
  showarrow: boolean;
  textangle?: number;
  font?: Font;
  bgcolor?: string;
}

/** A picture under the traces, as a data address. */
export interface Picture {
  source: string;
  xref: string;
  yref: string;
  x: number;
  y: number;
  sizex: number;
  sizey: number;
  xanchor: "left";
  yanchor: "top" | "bottom";
  sizing: "stretch";
  layer: "below";
}

/** A line or box behind the data. */
export interface Shape {
  type: "line" | "rect";
  xref?: string;
  yref?: string;
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  line?: Line;
  fillcolor?: string;
  layer?: "below" | "above";
}

/** A slider under the plot; each of its steps changes traces and layout. */
export interface Slider {
  active: number;
  currentvalue?: { prefix?: string; font?: Font };
  bgcolor?: string;
  bordercolor?: string;
  tickcolor?: string;
  pad?: { t?: number; b?: number; l?: number };
  x?: number;
  len?: number;
  steps: readonly {
    label: string;
    method: "update";
    args: readonly [traces: { visible: readonly boolean[] }, layout: { "title.text": string }];
  }[];
}

/** The space of a surface. */
export interface SurfaceScene {
  domain: { x: readonly [number, number]; y: readonly [number, number] };
  xaxis: Axis;
  yaxis: Axis;
  zaxis: Axis;
  aspectmode: "manual";
  aspectratio: { x: number; y: number; z: number };
  camera: { eye: { x: number; y: number; z: number }; projection: { type: "orthographic" } };
}

/** Everything of a figure that is not data. */
export type Layout = Frame & Axes;

/** Axes by plotly's names: `xaxis`, `xaxis2`, … */
export type Axes = { [axis in `${"x" | "y"}axis${number}`]?: Axis } & { xaxis?: Axis; yaxis?: Axis };

/** The part of a layout that all subplots share. */
export interface Frame {
  title: {
    text: string;
    x?: number;
    xref?: "container" | "paper";
    xanchor?: "left";
    y?: number;
    yref?: "container";
    yanchor?: "top";
    pad?: { t?: number; l?: number };
    font?: Font;
  };
  width: number;
  height: number;
  margin: { l: number; r: number; t: number; b: number };
  font?: Font;
  colorway?: readonly string[];
  paper_bgcolor?: string;
  plot_bgcolor?: string;
  hovermode?: "closest" | "x unified" | false;
  showlegend?: boolean;
  legend?: {
    orientation?: "h" | "v";
    x?: number;
    y?: number;
    xref?: "container" | "paper";
    xanchor?: "left" | "right";
    yanchor?: "top" | "bottom";
    yref?: "container" | "paper";
    traceorder?: "normal" | "grouped";
    bgcolor?: string;
    font?: Font;
  };
  annotations?: readonly Annotation[];
  images?: readonly Picture[];
  shapes?: readonly Shape[];
  bargap?: number;
  sliders?: readonly Slider[];
  scene?: SurfaceScene;
  modebar?: { orientation?: "h" | "v"; bgcolor?: string; color?: string; activecolor?: string };
  hoverlabel?: { font?: Font; namelength?: number; bgcolor?: string; bordercolor?: string };
  dragmode?: "pan" | "zoom" | false;
}

/** A plotly figure as a plain value: JupyterLab draws it live, `svg` and `png` as a picture. */
export interface Figure {
  data: readonly Trace[];
  layout: Layout;
  config?: {
    displaylogo?: boolean;
    modeBarButtonsToRemove?: readonly string[];
    responsive?: boolean;
    staticPlot?: boolean;
  };
  /** Stands in the picture for what only a browser with WebGL can draw, the scene: markup of SVG and its size. */
  still?: { markup: string; width: number; height: number };
  /** What the layout follows from, for pages that lay it out for their own width. */
  fit?: Fit;
}

/** Whether a value is a figure. */
export function isFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null || !("data" in value) || !("layout" in value)) return false;
  const { data, layout } = value;
  if (!Array.isArray(data) || typeof layout !== "object" || layout === null) return false;
  return ["title", "width", "height", "margin"].every((part) => part in layout);
}
