import type { Figure, Trace } from "../render/figure.js";
import type { Untitled } from "../render/fit.js";
import { axisNumber } from "../render/places.js";
import { type SheetOptions, sheet } from "../render/sheet.js";
import { onPicture, symbolOf } from "../render/theme.js";
import { type Panel, spacing } from "./panel.js";
import { classColor, type PanelClass, regions } from "./regions.js";

/** An image with pixels that were chosen in it. */
export interface ChosenPanel extends Panel {
  /** By class: places in this image (row · width + column). */
  chosen: readonly { class: number; pixels: ArrayLike<number> }[];
}

/** Names and colours of the classes, and how the figure looks. */
export interface ChosenPixelsOptions extends Omit<SheetOptions, "title">, Untitled {
  /** By number, the background first. */
  classes: readonly PanelClass[];
}

/** Pixels that a training step chose, over the images of its batch: a dot in the colour and shape of its class; outlines where there is a truth. */
export function chosenPixels(
  panels: readonly ChosenPanel[],
  { classes, subtitle = "", ...look }: ChosenPixelsOptions,
): Figure {
  const outlines = panels.flatMap((panel, at) => regions(panel, at, classes)).filter(({ x }) => x.length > 0);
  const marks = classes.flatMap((named, number) =>
    panels.map((panel, at) => dots(panel, { named, number, at })).filter(({ x }) => x.length > 0),
  );
  return sheet(panels, [...outlines, ...marks], {
    title: finding(panels, classes),
    isCrisp: true,
    ...look,
    subtitle: [subtitle, "dot: a pixel that was drawn, once or more often"].filter(Boolean).join("; "),
  });
}

function dots(panel: ChosenPanel, { named, number, at }: { named: PanelClass; number: number; at: number }): Trace {
  const [rowSize, columnSize] = spacing(panel);
  const own = panel.chosen.filter((one) => one.class === number).flatMap(({ pixels }) => Array.from(pixels));
  const places = [...new Set(own)];
  return {
    type: "scatter",
    mode: "markers",
    name: `${named.name}: drawn`,
    x: places.map((place) => ((place % panel.shape[1]) + 0.5) * columnSize),
    y: places.map((place) => (Math.floor(place / panel.shape[1]) + 0.5) * rowSize),
    xaxis: `x${axisNumber(at)}`,
    yaxis: `y${axisNumber(at)}`,
    marker: {
      color: number === 0 ? onPicture.faint : classColor(named, number),
      symbol: symbolOf(number),
      size: 5,
      line: { color: onPicture.dark, width: 0.8 },
    },
    legendgroup: `drawn ${number}`,
    legendrank: 1200 + number,
    hoverinfo: "name",
  };
}

/** How many pixels were drawn of every class. */
function finding(panels: readonly ChosenPanel[], classes: readonly PanelClass[]): string {
  const parts = classes.flatMap(({ name }, number) => {
    const own = panels.flatMap(({ chosen }, at) =>
      chosen
        .filter((one) => one.class === number)
        .flatMap(({ pixels }) => Array.from(pixels, (place) => `${at} ${place}`)),
    );
    return own.length > 0 ? [`${new Set(own).size} of ${name} (${own.length} draw${own.length === 1 ? "" : "s"})`] : [];
  });
  return parts.length > 0 ? `Pixels drawn in these images: ${parts.join(", ")}` : "No pixel of these images was drawn";
}
