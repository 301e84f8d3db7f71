import assert from "node:assert/strict";
import { test } from "node:test";
import { chanceFinding } from "../../../lib/studies/sampling/chance.js";
import { field } from "./samples.js";

const at = (loss: number) => ({ ...field(), losses: new Float64Array(10).fill(loss) });

test("losses at the level of chance, ln(1 + negatives), are said to be there, and lower ones are not", () => {
  assert.match(chanceFinding([at(Math.log(513)), at(6.2)]), /ln 513 = 6\.240\. .*hardly tell the classes apart/);
  assert.doesNotMatch(chanceFinding([at(Math.log(513)), at(4)]), /hardly/);
  assert.match(chanceFinding([at(2)], { negatives: 7 }), /between 2\.000 and 2\.000; .* 7 negatives has ln 8 = 2\.079/);
});
