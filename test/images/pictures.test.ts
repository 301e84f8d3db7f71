import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import sharp from "sharp";
import { readIndexMask, readPicture, writeJpeg, writePng } from "../../lib/images/pictures/index.js";
import { Problem } from "../../lib/problem.js";
import { temporary } from "../temporary.js";

const folder = temporary("arco-picture-");
const place = (name: string) => join(folder, name);
const palette = Array.from({ length: 256 }, (_, i) => [(i * 37) % 256, (i * 91) % 256, (i * 13) % 256]);

test("what is written as PNG is read again: colours, grey labels, palettised labels", async () => {
  const anything = fc.record({
    shape: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    bytes: fc.uint8Array({ minLength: 243, maxLength: 243 }),
  });
  await fc.assert(
    fc.asyncProperty(anything, async ({ shape, bytes }) => {
      const size = shape[0] * shape[1];
      const [colors, labels] = [bytes.slice(0, 3 * size), bytes.slice(0, size)];
      await writePng(place("colors.png"), colors, shape);
      assert.deepEqual(await readPicture(place("colors.png")), { data: colors, shape });
      for (const options of [{}, { palette }]) {
        await writePng(place("labels.png"), labels, shape, options);
        assert.deepEqual(readIndexMask(place("labels.png")), { data: labels, shape });
      }
    }),
    { numRuns: 30 },
  );
});

test("a palettised PNG is a picture of its colours and a mask of its indices", async () => {
  await writePng(place("palette.png"), Uint8Array.of(1, 0, 255, 2), [2, 2], { palette });
  assert.deepEqual(
    [...(await readPicture(place("palette.png"))).data],
    [1, 0, 255, 2].flatMap((i) => palette[i]),
  );
  assert.deepEqual([...readIndexMask(place("palette.png")).data], [1, 0, 255, 2]);
});

test("grey is repeated in red, green and blue, in PNG and in JPEG", async () => {
  const grey = new Uint8Array(64).fill(100);
  await writePng(place("grey.png"), grey, [8, 8]);
  await writeJpeg(place("grey.jpg"), grey, [8, 8]);
  for (const name of ["grey.png", "grey.jpg"])
    assert.deepEqual(await readPicture(place(name)), { data: new Uint8Array(192).fill(100), shape: [8, 8] });
});

test("JPEG keeps a smooth picture to within a few grey values", async () => {
  const colors = Uint8Array.from({ length: 3 * 32 * 16 }, (_, i) => 80 + Math.floor(i / 3 / 16) + 30 * (i % 3));
  await writeJpeg(place("smooth.jpg"), colors, [32, 16]);
  const { data, shape } = await readPicture(place("smooth.jpg"));
  assert.deepEqual(shape, [32, 16]);
  assert.ok(data.every((value, i) => Math.abs(value - colors[i]) <= 4));
});

test("the rotation that EXIF asks for is not applied, nor a colour profile: the pixels are those of the file", async () => {
  const colors = Uint8Array.from({ length: 3 * 8 * 16 }, (_, i) => (i * 7) % 256);
  const picture = sharp(colors, { raw: { width: 16, height: 8, channels: 3 } });
  writeFileSync(place("turned.png"), await picture.withMetadata({ orientation: 6 }).png().toBuffer());
  writeFileSync(place("profile.png"), await picture.clone().png().withIccProfile("p3", { attach: true }).toBuffer());
  assert.deepEqual(await readPicture(place("turned.png")), { data: colors, shape: [8, 16] });
  const stored = await sharp(place("profile.png"), { ignoreIcc: true }).raw().toBuffer();
  assert.deepEqual((await readPicture(place("profile.png"))).data, new Uint8Array(stored));
});

test("an alpha channel that is opaque everywhere is dropped, any transparency refused", async () => {
  const write = async (alpha: number) =>
    writeFileSync(
      place("alpha.png"),
      await sharp(Uint8Array.of(1, 2, 3, 255, 4, 5, 6, alpha), { raw: { width: 2, height: 1, channels: 4 } })
        .png()
        .toBuffer(),
    );
  await write(255);
  assert.deepEqual([...(await readPicture(place("alpha.png"))).data], [1, 2, 3, 4, 5, 6]);
  await write(254);
  await assert.rejects(
    readPicture(place("alpha.png")),
    new Problem(`${place("alpha.png")}: found transparent pixels, expected opaque ones; save it without alpha`),
  );
});

test("an index outside the palette is refused, and nothing is written", async () => {
  await assert.rejects(
    writePng(place("outside.png"), Uint8Array.of(0, 3), [1, 2], { palette: palette.slice(0, 2) }),
    new Problem(`${place("outside.png")}: index 3 is outside the palette of 2 colours; give it a colour`),
  );
  await assert.rejects(
    writePng(join(folder, "no", "a.png"), Uint8Array.of(0), [1, 1]),
    /cannot be written: its folder is not there/,
  );
  assert.ok(!readdirSync(folder).some((name) => name.startsWith("outside")));
});

test("wherever a file of labels is cut, whatever byte is damaged: a Problem or the same labels", async () => {
  const labels = Uint8Array.from({ length: 99 }, (_, i) => (i * i) % 21);
  await writePng(place("fuzz.png"), labels, [9, 11], { palette });
  const bytes = readFileSync(place("fuzz.png"));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
      const worse = isCut ? bytes.subarray(0, at) : Buffer.from(bytes);
      if (!isCut) worse[at] = value;
      writeFileSync(place("fuzz.png"), worse);
      try {
        assert.deepEqual(readIndexMask(place("fuzz.png")).data, labels);
        assert.ok(!isCut);
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test("palettes of two, four and sixteen colours are read as PIL reads them", () => {
  // Pillow 13.0: image = Image.fromarray((np.arange(55).reshape(5, 11) * 3 % 2**bits).astype("u1"), "P")
  // image.putpalette([c for i in range(2**bits) for c in (i, 0, 255 - i)]); image.save(file, "png", bits=bits)
  const files = {
    1: "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAFAQMAAACpaIQVAAAABlBMVEUAAP8BAP4gpQoSAAAAEUlEQVR4nGMMfc0S+o0RRgIALnUGYv9Qp9QAAAAASUVORK5CYII=",
    2: "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAFAgMAAADuyP7FAAAADFBMVEUAAP8BAP4CAP0DAPx4HdpaAAAAHElEQVR4nGO0ZPjPIsrwj8WV4S/jEwYGRkuG/wA3sQW1DAOhaAAAAABJRU5ErkJggg==",
    4: "iVBORw0KGgoAAAANSUhEUgAAAAsAAAAFBAMAAABhiAtlAAAAMFBMVEUAAP8BAP4CAP0DAPwEAPsFAPoGAPkHAPgIAPcJAPYKAPULAPQMAPMNAPIOAPEPAPDdofc0AAAAHElEQVR4nGNgzjyv2v2ASVCQUVBQgElQUBCDAgBrNQRYarQZDQAAAABJRU5ErkJggg==",
  };
  for (const [bits, file] of Object.entries(files)) {
    writeFileSync(place("few.png"), Buffer.from(file, "base64"));
    assert.deepEqual(readIndexMask(place("few.png")), {
      data: Uint8Array.from({ length: 55 }, (_, i) => (3 * i) % 2 ** Number(bits)),
      shape: [5, 11],
    });
  }
});

test("every filter of PNG is undone: libvips chooses them row by row", async () => {
  const labels = Uint8Array.from({ length: 64 * 48 }, (_, i) => {
    const [x, y] = [i % 64, i >> 6];
    return (x * y) / 12 + ((i * i * 7919) % (y + 1));
  }); // all five occur
  const picture = sharp(labels, { raw: { width: 64, height: 48, channels: 1 } }).toColourspace("b-w");
  writeFileSync(place("filtered.png"), await picture.png({ adaptiveFiltering: true }).toBuffer());
  assert.deepEqual(readIndexMask(place("filtered.png")).data, labels);
});
