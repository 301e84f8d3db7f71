import type { Slider } from "./figure.js";
import { grey } from "./theme.js";

/** One position of a slider. */
export interface SliderStep {
  label: string;
  /** Traces seen at this position and no other. */
  traces: number;
}

/** A slider below the plot that shows the traces of one step at a time; traces come in the order of the steps, titles follow from the width. */
export function slider(name: string, steps: readonly SliderStep[], active: number): Slider {
  return {
    active,
    currentvalue: { prefix: `${name}: `, font: { size: 13, color: grey.ink } },
    pad: { t: 56 },
    bgcolor: grey.line,
    bordercolor: grey.line,
    tickcolor: grey.line,
    steps: steps.map(({ label }, at) => ({
      label,
      method: "update",
      args: [
        { visible: steps.flatMap(({ traces }, other) => Array.from({ length: traces }, () => other === at)) },
        { "title.text": "" },
      ],
    })),
  };
}
