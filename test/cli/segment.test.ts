import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { readNifti, readNiftiLabel, writeNifti } from "../../lib/images/nifti/index.js";
import { smallSample } from "../sample.js";
import { arco, type Ended, sha256, start, temporary } from "./arco.js";

process.env.ARCO_DATA = smallSample();
const home = temporary();
const place = (...parts: string[]) => join(home, ...parts);
const images = join(import.meta.dirname, "../../data/hippocampus/imagesTr");
const names = ["hippocampus_304.nii.gz", "hippocampus_317.nii.gz", "hippocampus_370.nii.gz"]; // the first is tested
const scan = join(images, names[0]);
let run: string;

const segment = (...words: string[]): Promise<Ended> => arco("segment", ...words, "--run", run);
const refused = ({ status, out }: Ended) => assert.deepEqual({ status, out }, { status: 1, out: "" });

before(async () => {
  const words = ["--preset", "smoke", "--benchmark", "hippocampus", "--labeled", "1", "--steps", "5", "--json"];
  const { status, out, err } = await arco("train", ...words, "--validate-every", "5", "--runs", place("runs"));
  assert.equal(status, 0, err);
  run = JSON.parse(out).run;
  mkdirSync(place("several scans äöü"));
  for (const name of names) copyFileSync(join(images, name), place("several scans äöü", name));
});

test("one scan becomes the mask that the run's evaluation predicts; what is there already is not replaced unless told", async () => {
  const mask = place("new folder", "mask.nii.gz");
  const { status, out, err } = await segment(scan, "-o", mask);
  assert.equal(status, 0, err);
  assert.match(err, /^(segment {2}0\/1 \(\d+ %\) {2}\d+ s left\n)+segment {2}1\/1 {2}0 s left\n$/);
  assert.match(out, /^.*mask\.nii\.gz: (anterior .* ml, posterior .* ml|none of the classes was found)\n$/);
  const found = readNiftiLabel(mask, [0, 1, 2]);
  const predicted = readNiftiLabel(join(run, "predictions", names[0]), [0, 1, 2]);
  assert.deepEqual({ ...found, path: "" }, { ...predicted, path: "" });

  writeFileSync(mask, "mine");
  const again = await segment(scan, "-o", mask);
  refused(again);
  assert.match(again.err, /^arco: .*mask\.nii\.gz: is there already; .* --overwrite/);
  assert.equal(readFileSync(mask, "utf8"), "mine");
  assert.equal((await segment(scan, "-o", mask, "--overwrite")).status, 0);
  assert.deepEqual(readNiftiLabel(mask, [0, 1, 2]), found);
});

test("a folder of scans becomes a folder of masks, with maps and pictures where asked", async () => {
  const out = place("masks");
  const asked = ["--probabilities", "--uncertainty", "--preview", "--json"];
  const { status, out: text, err } = await segment(place("several scans äöü"), "-o", out, ...asked);
  assert.equal(status, 0, err);
  const { scans, failed, left, phantom, step, warnings } = JSON.parse(text);
  assert.deepEqual(
    { failed, left, phantom, step, warnings },
    { failed: [], left: 0, phantom: false, step: 5, warnings: [] },
  );
  assert.match(err, /segment {2}3\/3/);
  const files = names.flatMap((name) => {
    const stem = name.replace(".nii.gz", "");
    return [
      name,
      ...["anterior", "posterior", "uncertainty"].map((map) => `${stem}_${map}.nii.gz`),
      `${stem}_preview.png`,
    ];
  });
  assert.deepEqual(readdirSync(out).sort(), files.sort());
  for (const { mask, probabilities, uncertainty, preview, millilitres, warnings } of scans) {
    const { data, shape } = readNiftiLabel(mask, [0, 1, 2]);
    const [anterior, posterior, entropy] = [...probabilities, uncertainty].map((path: string) => readNifti(path));
    for (const [i, value] of data.entries()) {
      const rest = 1 - anterior.data[i] - posterior.data[i];
      const likely = [rest, anterior.data[i], posterior.data[i]];
      assert.ok(Math.abs(likely[value] - Math.max(...likely)) < 1e-6 && rest > -1e-6);
      assert.ok(entropy.data[i] >= 0 && entropy.data[i] <= Math.fround(Math.log(3)));
    }
    assert.deepEqual(entropy.shape, shape);
    assert.ok(Math.abs(millilitres.anterior - data.filter((value) => value === 1).length / 1000) < 1e-9); // voxels of 1 mm³
    assert.deepEqual(warnings, []);
    const picture = readFileSync(preview);
    assert.equal(picture.toString("latin1", 1, 4), "PNG");
    const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
    assert.ok(width > 600 && width < 2000 && height > 300 && height < 2000, `${width}×${height}`);
  }
});

test("a pattern that the shell left as it is names its files; results that are there already are refused together", async () => {
  const folder = place("several scans äöü");
  const { out } = await segment(join(folder, "*_31?.nii.gz"), "-o", place("matched"), "--json");
  assert.deepEqual(
    JSON.parse(out).scans.map(({ mask }: { mask: string }) => mask),
    [place("matched", names[1])],
  );
  const again = await segment(folder, "-o", place("masks"));
  refused(again);
  assert.match(again.err, /hippocampus_304\.nii\.gz: is there already \(and 2 more\)/);
});

test("a scan that cannot be segmented is named: alone at once, among others when they are done", async () => {
  const folder = place("mixed");
  mkdirSync(folder);
  copyFileSync(scan, join(folder, "c.nii.gz"));
  writeFileSync(join(folder, "b.nii.gz"), "no NIfTI");
  writeNifti(join(folder, "a.nii"), readNifti(scan));
  const bytes = readFileSync(join(folder, "a.nii"));
  bytes.writeInt16LE(4, 40); // four dimensions, the last of 2
  bytes.writeInt16LE(2, 48);
  writeFileSync(join(folder, "a.nii"), bytes);

  const alone = await segment(join(folder, "a.nii"), "-o", place("alone.nii.gz"));
  refused(alone);
  assert.match(alone.err, /a\.nii: found 4 dimensions \(.*\), expected one volume of 3; split it into volumes first/);

  const { status, out, err } = await segment(folder, "-o", place("mixed masks"), "--json");
  const { scans, failed, left } = JSON.parse(out);
  assert.deepEqual([status, scans.length, failed.length, left], [1, 1, 2, 0]);
  assert.match(err, /^arco: .*b\.nii\.gz: /m);
  assert.deepEqual(readdirSync(place("mixed masks")), ["c.nii.gz"]);
});

test("links that lead nowhere, folders and circles among scans are named when the others are done; alone as well", async () => {
  const folder = place("links");
  mkdirSync(join(folder, "d.nii.gz"), { recursive: true });
  for (const name of ["a.nii.gz", "E.NII.GZ"]) copyFileSync(scan, join(folder, name));
  symlinkSync(place("gone.nii.gz"), join(folder, "b.nii.gz"));
  symlinkSync("c.nii.gz", join(folder, "c.nii.gz"));
  const out = place("linked masks");
  const { status, out: text, err } = await segment(folder, "-o", out, "--json");
  const { scans, failed, left } = JSON.parse(text);
  assert.deepEqual([status, scans.length, failed.length, left], [1, 2, 3, 0]);
  assert.deepEqual(readdirSync(out).sort(), ["E.nii.gz", "a.nii.gz"]);
  for (const line of [
    `${join(folder, "b.nii.gz")}: a link to ${place("gone.nii.gz")}, which is not there, expected a NIfTI image; check the name`,
    `${join(folder, "c.nii.gz")}: found links that lead in a circle, expected a NIfTI image; link to the file itself`,
    `${join(folder, "d.nii.gz")}: found a folder, expected a NIfTI image; name the file`,
  ])
    assert.ok(err.split("\n").includes(`arco: ${line}`), err);
  const alone = await segment(join(folder, "b.nii.gz"), "-o", place("no.nii.gz"));
  refused(alone);
  assert.match(alone.err, /^arco: .*b\.nii\.gz: a link to .*gone\.nii\.gz, which is not there/m);
});

test("endings in capitals are endings: the mask is the file that was named", async () => {
  const loud = place("SCAN.NII.GZ");
  copyFileSync(scan, loud);
  const mask = place("OUT.NII.GZ");
  const { status, err } = await segment(loud, "-o", mask, "--uncertainty");
  assert.equal(status, 0, err);
  assert.ok(statSync(mask).isFile() && statSync(place("OUT_uncertainty.nii.gz")).isFile());
  assert.deepEqual(readFileSync(mask).subarray(0, 2), Buffer.of(0x1f, 0x8b));
  assert.deepEqual(readNiftiLabel(mask, [0, 1, 2]).shape, readNifti(scan).shape);
});

test("a scan whose header is not whole is segmented with a word on it, and its mask repeats its codes", async () => {
  const cases = join(import.meta.dirname, "../fixtures/cases/unplaced");
  for (const [name, codes, remark] of [
    ["none", [0, 0], "the header says nothing of its orientation (qform_code and sform_code are 0); taken as RAS"],
    ["negative", [1, 0], "the header has distances of −1.5×−1.5×−3 (pixdim); taken without their signs"],
  ] as const) {
    const [from, mask] = [join(cases, name, "images/c0.nii.gz"), place(`${name}.nii`)];
    const { status, out, err } = await segment(from, "-o", mask, "--json");
    assert.equal(status, 0, err);
    assert.ok(err.includes(`Beware: ${from}: ${remark}.\n`), err);
    assert.ok(JSON.parse(out).scans[0].warnings.includes(remark));
    const bytes = readFileSync(mask);
    assert.deepEqual([bytes.readInt16LE(252), bytes.readInt16LE(254)], codes);
    assert.deepEqual(
      [80, 84, 88].map((at) => bytes.readFloatLE(at)),
      [1.5, 1.5, 3],
    );
    assert.deepEqual(readNiftiLabel(mask, [0, 1, 2]).affine, readNifti(from).affine);
  }
});

test("Ctrl-C ends within the scan at hand, of which nothing is written", async () => {
  const [long, out] = [place("long.nii.gz"), place("within")];
  const { data, shape, ...others } = readNifti(scan);
  const times = 20; // one behind the other
  const all = new Float32Array(times * data.length);
  for (let i = 0; i < times; i++) all.set(data, i * data.length);
  writeNifti(long, { ...others, data: all, shape: [times * shape[0], shape[1], shape[2]] }, { level: 1 });
  const working = start(["segment", long, "-o", out, "--probabilities", "--json", "--run", run]);
  await working.says(/segment {2}0\/1 \(\d+ %\)/);
  working.child.kill("SIGINT");
  const { status, out: text, err } = await working.ended;
  assert.equal(status, 130, err);
  assert.match(err, /^Stopping, without the scan at hand; what is written is whole, .* --skip-existing/m);
  assert.match(err, /^1 scan was not segmented\.$/m);
  const { scans, failed, left } = JSON.parse(text);
  assert.deepEqual([scans, failed, left, readdirSync(out)], [[], [], 1, []]);
});

test("Ctrl-C among several scans leaves whole files only; told to skip what is there, the same command does the rest", async () => {
  const folder = place("many");
  mkdirSync(folder);
  for (let i = 0; i < 20; i++) copyFileSync(scan, join(folder, `${String(i).padStart(2, "0")}.nii.gz`));
  const working = start(["segment", folder, "-o", place("stopped"), "--probabilities", "--json", "--run", run]);
  await working.says(/segment {2}2\/20/);
  working.child.kill("SIGINT");
  const { status, out, err } = await working.ended;
  assert.equal(status, 130, err);
  const { scans, left } = JSON.parse(out);
  assert.ok(scans.length >= 2 && left > 0 && scans.length + left === 20);
  assert.equal(readdirSync(place("stopped")).length, 3 * scans.length);
  const masks = scans.map(({ mask }: { mask: string }) => mask);
  assert.equal(new Set(masks.map(sha256)).size, 1);

  for (const path of masks) writeFileSync(path, "mine");
  const [half] = readdirSync(folder).slice(masks.length);
  writeFileSync(place("stopped", half.replace(".nii.gz", "_anterior.nii.gz")), "half done");
  const rest = await segment(folder, "-o", place("stopped"), "--probabilities", "--json", "--skip-existing");
  assert.equal(rest.status, 0, rest.err);
  assert.match(rest.err, new RegExp(`^${masks.length} scans have their masks already\\.$`, "m"));
  const { scans: others, skipped } = JSON.parse(rest.out);
  assert.deepEqual([others.length, skipped], [left, masks.length]);
  assert.equal(readdirSync(place("stopped")).length, 3 * 20);
  assert.ok(masks.every((path: string) => readFileSync(path, "utf8") === "mine"));
  const both = await segment(folder, "-o", place("stopped"), "--skip-existing", "--overwrite");
  refused(both);
  assert.match(both.err, /^arco: overwrite and skip-existing: found both, expected one/);
});
