import type { Axes, Figure, Frame } from "./figure.js";
import type { Fit } from "./fit.js";
import { fitted } from "./fitted.js";
import { frame } from "./frame.js";
import { textWidth } from "./measure.js";
import { config } from "./theme.js";

/** What a figure shows, and what its layout follows from. */
interface Parts extends Pick<Figure, "data" | "still"> {
  layout: Axes & Partial<Frame>;
  fit: Fit;
}

/** Width of a figure where a page does not say another: that of its picture. */
export const usualWidth = 760;

/** A figure of data and axes, laid out for the usual width. */
export function compose({ layout, fit, ...parts }: Parts): Figure {
  const blank = frame(fit, { width: usualWidth, left: 0, right: 0, height: 0 }, textWidth);
  return fitted({ ...parts, layout: { ...blank, ...layout }, config, fit }, usualWidth, textWidth);
}
