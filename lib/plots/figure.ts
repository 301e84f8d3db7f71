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
  color?: string | readonly string[];
  size?: number;
  symbol?: string;
  opacity?: number;
  line?: Line;
}

/** One series of a figure; the fields of plotly's traces that we use. */
export interface Trace {
  type: "scatter" | "bar";
  x: readonly Datum[];
  y: readonly Datum[];
  name: string;
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
  tickcolor?: string;
  tickvals?: readonly number[];
  ticktext?: readonly string[];
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
  modebar?: { orientation?: "h" | "v"; bgcolor?: string };
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
}

/** Whether a value is a figure. */
export function isFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null || !("data" in value) || !("layout" in value)) return false;
  return Array.isArray(value.data) && typeof value.layout === "object";
}
