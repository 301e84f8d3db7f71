import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { readPicture } from "../../lib/images/pictures/index.js";
import { orientationIn, uprightPlaces } from "../../lib/images/pictures/upright.js";
import { temporary } from "../temporary.js";

const home = temporary("arco-upright-");
const [height, width] = [5, 7];
const pixels = Uint8Array.from({ length: 3 * height * width }, (_, i) => (i * 41) % 256);

test("a picture stands as libvips turns it by its EXIF, for all eight ways; each pixel has one place", async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const path = join(home, `${orientation}.png`);
    const stored = sharp(pixels, { raw: { width, height, channels: 3 } });
    writeFileSync(path, await stored.withMetadata({ orientation }).png().toBuffer());
    assert.equal(await orientationIn(path), orientation);
    const { data, shape } = await readPicture(path);
    const upright = uprightPlaces(orientation, shape);
    const { data: turned, info } = await sharp(path).rotate().raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual(upright.shape, [info.height, info.width]);
    assert.deepEqual(
      [...upright.places].flatMap((place) => [...data.subarray(3 * place, 3 * place + 3)]),
      [...turned],
      `orientation ${orientation}`,
    );
    assert.equal(new Set(upright.places).size, height * width);
  }
});

test("where EXIF says nothing a picture is as it is; another number than 1 to 8 is a Problem", async () => {
  const path = join(home, "plain.png");
  writeFileSync(
    path,
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  );
  assert.equal(await orientationIn(path), 1);
  assert.throws(() => uprightPlaces(9, [2, 2]), { name: "Problem", message: /orientation 9, expected 1 to 8/ });
});
