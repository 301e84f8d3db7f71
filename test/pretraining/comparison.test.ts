import { before, test } from "node:test";
import { stream } from "../../lib/engine/random.js";
import { startEngine } from "../../lib/engine/start.js";
import * as tf from "../../lib/engine/tf.js";
import { relational } from "../../lib/losses/relational.js";
import { againstViews } from "../../lib/pretraining/comparison.js";
import { inEveryForm } from "../engine/forms.js";
import { assertClose, sizeOf } from "../engine/numbers.js";

before(() => startEngine());

test("every window of every image is compared with the same window of that image's views", () =>
  inEveryForm(async (form) => {
    const [n, windows, features] = [3, 2, 5];
    const chosen = [
      [1, 3],
      [0, 3],
      [2, 1],
    ];
    const draw = (name: string, shape: number[]) => {
      const rng = stream(0, name);
      return tf.tensor(
        Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
        shape,
      );
    };
    const student = draw("student", [n, windows, features]);
    const teacher = draw("teacher", [n + 4, windows, features]); // the images' own, then four views
    const at = (tensor: tf.Tensor, image: number, window: number) => tensor.slice([image, window, 0], [1, 1, features]);
    let sum = 0;
    for (const [image, views] of chosen.entries())
      for (let window = 0; window < windows; window++) {
        const candidates = tf.concat(
          views.map((view) => at(teacher, n + view, window)),
          1,
        );
        sum += (await relational(at(student, image, window), at(teacher, image, window), candidates).data())[0];
      }
    const found = await againstViews(student, teacher, { sources: [1, 2, 0, 1], chosen }, {}).data();
    assertClose(found, [sum / (n * windows)], 1e-5, form);
  }));
