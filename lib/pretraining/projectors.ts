import { type Projection, project, projector } from "../heads/projection.js";
import type { FrameworkOptions } from "./frameworkOptions.js";
import type { Head } from "./momentumPair.js";

type Widths = Pick<FrameworkOptions, "hidden" | "embedding">;

/** Projector of MoCo v2: two linear layers with a ReLU between. */
export const reluProjector = ({ hidden, embedding }: Widths): Head<Projection> => ({
  init: (rng, inputs) => projector(rng, inputs, hidden, embedding),
  apply: (rows, params) => project(rows, params, { activation: "relu" }),
});
