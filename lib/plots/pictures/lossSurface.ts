import { short } from "../charts/finding.js";
import { usualWidth } from "../render/compose.js";
import type { Figure, SurfaceScene, Trace } from "../render/figure.js";
import { finite } from "../render/finite.js";
import type { Untitled } from "../render/fit.js";
import { fitted } from "../render/fitted.js";
import { textWidth } from "../render/measure.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import { axis } from "../render/theme.js";
import { viridis } from "./colorScale.js";
import { type Panel, type View, viewAround } from "./panel.js";
import { type PanelClass, regions } from "./regions.js";
import { relief } from "./relief.js";

/** A loss at every pixel of an image. */
export interface LossMap extends Pick<Panel, "image" | "shape" | "spacingMm" | "phantom"> {
  /** Class of every pixel, 0 = background. */
  label: ArrayLike<number>; // [height, width], row by row
  /** NaN where the loss is not defined. */
  loss: ArrayLike<number>; // [height, width]
}

/** Names and colours of the classes, what the loss is, and how the figure looks. */
export interface LossSurfaceOptions extends Omit<SheetOptions, "title" | "view" | "columns">, Untitled {
  /** By number, the background first. */
  classes: readonly PanelClass[];
  z?: string;
  /** Pixels shown around the classes; the whole image for Infinity. */
  margin?: number;
}

const most = 64; // points of the surface along its longer side
const beside = 0.62; // share of the figure's width
const zoom = 1.35; // of a parallel projection, in the page
const small = { tickfont: { size: 10 }, nticks: 5 };
const eye = [0.75, -1.9, 1.25] as const;

/**
 * An image with its classes beside the surface of the loss at each pixel (paper, Figures 3 and 19). The surface is live where
 * there is WebGL, elsewhere its still stands.
 */
export function lossSurface(
  { label, loss, ...image }: LossMap,
  {
    classes,
    z = "contrastive loss (no unit)",
    margin = Number.POSITIVE_INFINITY,
    subtitle = "",
    ...look
  }: LossSurfaceOptions,
): Figure {
  finite("loss surface, image", image.image);
  finite(
    "loss surface, loss",
    Array.from(loss).filter((value) => !Number.isNaN(value)),
  );
  const panel: Panel = { ...image, title: "the image and its classes", prediction: label };
  const view = viewAround(label, image.shape, margin);
  const { upwards = true } = look;
  const { heights, x, y, block } = coarse(loss, image.shape, view);
  const drawn = block > 1 ? [`surface: means of ${block} × ${block} pixels`] : [];
  const ground = sheet([panel], areas(panel, classes), {
    title: finding(label, loss, classes),
    panelPixels: 250,
    isCrisp: true,
    view,
    beside,
    ...look,
    subtitle: [subtitle, ...drawn].filter(Boolean).join("; "),
  });
  const longest = Math.max(x.length, y.length);
  const lengths = [x.length / longest, y.length / longest, 0.55] as const;
  const all = heights.flat().filter((value) => value !== null);
  const flat = Math.min(...all) === Math.max(...all) ? 0.5 : 0; // a plane needs some room
  const ends = [Math.min(...all) - flat, Math.max(...all) + flat] as const;
  const along = { title: "x (pixels)", ends: [x[0], x[x.length - 1]] } as const;
  const [front, behind] = upwards ? [y[0], y[y.length - 1]] : [y[y.length - 1], y[0]];
  const back = { title: "y (pixels)", ends: [front, behind] } as const;
  const [eyeX, eyeY, eyeZ] = eye;
  const scene: SurfaceScene = {
    domain: { x: [1 - beside, 1], y: [0, 1] },
    xaxis: axis(along.title, { range: along.ends, ...small }),
    yaxis: axis(back.title, { range: back.ends, ...small }),
    zaxis: axis(z, { range: ends, ...small }),
    aspectmode: "manual",
    aspectratio: { x: zoom * lengths[0], y: zoom * lengths[1], z: zoom * lengths[2] },
    camera: { eye: { x: eyeX, y: eyeY, z: eyeZ }, projection: { type: "orthographic" } },
  };
  const surface: Trace = {
    type: "surface",
    name: z,
    x,
    y,
    z: heights,
    scene: "scene",
    colorscale: viridis,
    showscale: false,
    hovertemplate: "x %{x}, y %{y}: %{z}",
  };
  const rows = upwards ? heights : [...heights].reverse(); // from the front backwards
  const size = { width: 450, height: 310 };
  const axes = { heights: rows, x: along, y: back, z: { title: z, ends } };
  const still = { markup: relief(axes, { eye, lengths }, { left: 0, top: 0, ...size }), ...size };
  const layout = { ...ground.layout, scene };
  return fitted({ ...ground, data: [...ground.data, surface], layout, still }, usualWidth, textWidth);
}

/** The classes as translucent areas. */
function areas(panel: Panel, classes: readonly PanelClass[]): Trace[] {
  return regions(panel, 0, classes)
    .filter(({ x }) => x.length > 0)
    .map((trace) => ({ ...trace, name: trace.name.replace(/:.*/, "") }));
}

interface Coarse {
  /** Means of blocks of pixels; null where the loss is defined nowhere. */
  heights: (number | null)[][];
  /** Middles of the blocks in pixels. */
  x: number[];
  y: number[];
  /** Pixels along a block's side. */
  block: number;
}

function coarse(loss: ArrayLike<number>, [, stride]: readonly [number, number], { rows, columns }: View): Coarse {
  const block = Math.ceil(Math.max(rows[1] - rows[0], columns[1] - columns[0]) / most);
  const starts = ([first, end]: readonly [number, number]) =>
    Array.from({ length: Math.ceil((end - first) / block) }, (_, i) => first + i * block);
  const mean = (top: number, left: number) => {
    const values: number[] = [];
    for (let row = top; row < Math.min(top + block, rows[1]); row++)
      for (let column = left; column < Math.min(left + block, columns[1]); column++)
        if (!Number.isNaN(loss[row * stride + column])) values.push(loss[row * stride + column]);
    return values.length === 0
      ? null
      : Number((values.reduce((sum, value) => sum + value, 0) / values.length).toPrecision(4));
  };
  return {
    heights: starts(rows).map((top) => starts(columns).map((left) => mean(top, left))),
    x: starts(columns).map((left) => left + block / 2),
    y: starts(rows).map((top) => top + block / 2),
    block,
  };
}

/** The mean loss over every class, the highest first. */
function finding(label: ArrayLike<number>, loss: ArrayLike<number>, classes: readonly PanelClass[]): string {
  const means = classes.flatMap(({ name }, number) => {
    const own = Array.from(loss).filter((value, i) => label[i] === number && !Number.isNaN(value));
    return own.length === 0 ? [] : [{ name, mean: own.reduce((sum, value) => sum + value, 0) / own.length }];
  });
  const parts = means.sort((a, b) => b.mean - a.mean).map(({ name, mean }) => `${short(mean)} over ${name}`);
  return `The mean loss is ${parts.join(", ")}`;
}
