import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { boxes } from "../boxes.js";
import { copyOfCheckout } from "../copy.js";
import { temporary } from "../temporary.js";
import { sha256 } from "./arco.js";

const home = temporary("arco-again-");
const runs = join(home, "runs");
const benchmark = await boxes();
const { folder, edit } = copyOfCheckout();

/** Runs the copy's `arco train` with a few words. */
const train = (...words: string[]) =>
  new Promise<{ status: number; err: string; json: Record<string, unknown> & { run: string } }>((resolve) => {
    const command = [
      ...[join(folder, "lib", "cli", "arco.mjs"), "train", "--benchmark", benchmark, "--preset", "smoke"],
      ...["--steps", "4", "--validate-every", "4", "--workers", "0", "--json", "--runs", runs, ...words],
    ];
    execFile(process.execPath, command, (error, out, err) =>
      resolve({ status: Number(error?.code ?? 0), err, json: out ? JSON.parse(out) : { run: "" } }),
    );
  });

const weightsOf = (run: string) => sha256(join(run, "checkpoints", "last.safetensors"));
const doubled = (text: string) => text.replace("[scale, scale]", "[scale, 2 * scale]");
const asBefore = (text: string) => text.replace("[scale, 2 * scale]", "[scale, scale]");

test("an edited loss is said where the result of before is shown, and trained anew beside it when that is asked for", async (t) => {
  const first = await train();
  assert.equal(first.status, 0, first.err);
  assert.deepEqual([first.json.trained, first.json.otherCode], [true, undefined]);

  await t.test("a comment, a blank line and another method change nothing", async () => {
    edit("losses/supervised.ts", (text) => `// another comment\n\n${text}`);
    edit("methods/meanTeacher.ts", (text) => `${text}\nexport const changed = 1;\n`);
    const { json, err } = await train();
    assert.deepEqual([json.trained, json.otherCode, json.metrics], [false, undefined, first.json.metrics]);
    assert.doesNotMatch(err, /other code/);
  });

  await t.test("the same command says that the number is another code's, and which file differs", async () => {
    edit("losses/supervised.ts", doubled);
    const { json, err } = await train();
    assert.deepEqual([json.run, json.trained, json.metrics], [first.json.run, false, first.json.metrics]);
    assert.equal(json.otherCode, "losses/supervised.ts differs");
    assert.match(
      err,
      /made by other code than today's \(losses\/supervised\.ts differs\); --again .*trains it anew beside this one/,
    );
  });

  await t.test("--again trains it, and from then on that one is shown; the old one stays", async () => {
    const again = await train("--again");
    assert.equal(again.status, 0, again.err);
    assert.deepEqual([again.json.trained, again.json.run], [true, `${first.json.run}~2`]);
    assert.notEqual(weightsOf(again.json.run), weightsOf(first.json.run));
    const shown = await train();
    assert.deepEqual([shown.json.run, shown.json.trained, shown.json.otherCode], [again.json.run, false, undefined]);
    assert.deepEqual(JSON.parse(readFileSync(join(first.json.run, "metrics.json"), "utf8")), first.json.metrics);
  });

  await t.test("with the edit undone the first run is today's again", async () => {
    edit("losses/supervised.ts", asBefore);
    const { json } = await train();
    assert.deepEqual([json.run, json.otherCode], [first.json.run, undefined]);
  });

  await t.test("--again trains what today's code has finished, too, and ends with the same numbers", async () => {
    const again = await train("--again");
    assert.deepEqual([again.json.trained, again.json.run], [true, `${first.json.run}~3`]);
    assert.equal(weightsOf(again.json.run), weightsOf(first.json.run));
  });

  await t.test("what other code has trained half is continued only where that is asked for, and marked", async () => {
    for (const number of [2, 3]) rmSync(`${first.json.run}~${number}`, { recursive: true });
    rmSync(join(first.json.run, "metrics.json"));
    edit("losses/supervised.ts", doubled);
    const refused = await train();
    assert.equal(refused.status, 1);
    assert.match(
      refused.err,
      /step 4 of 4 by other code \(losses\/supervised\.ts differs\); --again .* begins anew beside it, --go-on .* continues it/,
    );
    const mixed = await train("--go-on");
    assert.equal(mixed.status, 0, mixed.err);
    assert.deepEqual([mixed.json.run, mixed.json.trained], [first.json.run, true]);
    assert.equal((await train()).json.otherCode, "losses/supervised.ts differs");
  });
});

test("a pre-training of other code is no start: the next run is pre-trained anew beside it", async () => {
  const words = ["--method", "arco", "--set", "pretraining.steps=3"];
  const pretrained = () => readdirSync(runs).filter((name) => name.includes("-relational-"));
  const startOf = (run: string) => JSON.parse(readFileSync(join(run, "pretraining.json"), "utf8")).run;
  assert.equal((await train(...words, "--sampler", "ns")).status, 0);
  assert.equal(pretrained().length, 1);
  edit("methods/arco/contrastTerm.ts", (text) => `${text}\nexport const changed = 1;\n`);
  const unchanged = await train(...words, "--sampler", "sg");
  assert.equal(startOf(unchanged.json.run), pretrained()[0], "its own code is the same");
  edit("losses/relational.ts", (text) => `${text}\nexport const changed = 1;\n`);
  const changed = await train(...words, "--sampler", "sag");
  assert.equal(changed.status, 0, changed.err);
  assert.equal(startOf(changed.json.run), `${pretrained()[0]}~2`);
  assert.ok(existsSync(join(runs, `${pretrained()[0]}~2`)));
});

test("a run of before codes were recorded is another code's as far as anyone knows", async () => {
  const { json } = await train("--seed", "5");
  renameSync(join(json.run, "code.json"), join(home, basename(json.run)));
  assert.equal((await train("--seed", "5")).json.otherCode, "its code was not recorded");
});
