import { before, test } from "node:test";
import { lossAndGradients } from "../../lib/engine/gradients.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { equivariance } from "../../lib/losses/equivariance.js";
import { controlPoints, type Point, thinPlateGrid } from "../../lib/losses/thinPlate.js";
import { warp } from "../../lib/losses/warp.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose } from "../engine/numbers.js";
import { fixtures } from "../fixtures.js";
import { channelsFirst, channelsLast, type Printed } from "../torch.js";

/** A thin plate warp and the equivariance loss, see fixtures/README.md. */
interface Equivariance {
  height: number;
  width: number;
  target_control_points: Printed;
  source_control_points: Printed;
  grid: Printed;
  image: Printed;
  image_warped: Printed;
  mask: Printed;
  mask_warped: Printed;
  pred_all: Printed;
  pred_all_warped: Printed;
  pred_tps: Printed;
  loss: number;
  grad_pred_tps: Printed;
}

before(() => startEngine());

/** [images, points, 2] as lists of points. */
function pointsOf({ data, shape }: Printed): Point[][] {
  const point = (i: number): Point => [data[2 * i], data[2 * i + 1]];
  return Array.from({ length: shape[0] }, (_, image) =>
    Array.from({ length: shape[1] }, (_, i) => point(image * shape[1] + i)),
  );
}

for (const { name, data } of fixtures<Equivariance>("tps_eqv")) {
  test(`${name}: the control points are the reference's`, () =>
    assertClose(controlPoints.flat(), data.target_control_points.data, 1e-6, "control points"));

  test(`${name}: the grid, what is seen through it, the loss and its gradient are the reference's`, () =>
    inEveryForm(async (form) => {
      const computed = thinPlateGrid(pointsOf(data.source_control_points), [data.height, data.width]);
      assertClose(await computed.data(), data.grid.data, 1e-5, `${form}: grid`);
      // The reference's grid, computed in float32, misses its own control points by 2e-6: one sees through that one.
      const grid = tf.tensor(data.grid.data, data.grid.shape);
      const seen = (image: Printed) => warp(channelsLast(image), grid);
      assertClose(await channelsFirst(seen(data.image)), data.image_warped.data, 1e-5, `${form}: image`);
      assertClose(await channelsFirst(seen(data.mask)), data.mask_warped.data, 1e-5, `${form}: mask`);
      assertClose(await channelsFirst(seen(data.pred_all)), data.pred_all_warped.data, 1e-5, `${form}: prediction`);

      const logits = tf.variable(channelsLast(data.pred_tps));
      const { terms, gradients } = lossAndGradients([logits], () => ({
        loss: equivariance(logits, seen(data.pred_all), seen(data.mask)),
      }));
      assertClose(await terms.loss.data(), [data.loss], 1e-5, `${form}: loss`);
      assertClose(await channelsFirst(gradients[0]), data.grad_pred_tps.data, 1e-4, `${form}: gradient`);
    }));
}
