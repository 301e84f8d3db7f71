import assert from "node:assert/strict";
import { accessSync, chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inBash, sha256, start, temporary } from "./arco.js";

const cases = join(import.meta.dirname, "../fixtures/cases/labels-scaled/int16-binary");
const home = temporary();
const env = { ARCO_DATA: join(home, "data"), ARCO_CACHE: join(home, "cache") };
const importing = [
  "data",
  "import",
  "--images",
  join(cases, "images"),
  "--labels",
  join(cases, "labels"),
  "--name",
  "mine",
];
const isFull = !existsSync("/dev/full") && "no /dev/full";

test("a training that may write no more ends with one line, leaves nothing cut off, and ends as if nothing had been", async () => {
  assert.equal((await start([...importing, "--out", join(home, "data", "mine")], env).ended).status, 0);
  const words = [
    "train",
    "--benchmark",
    "mine",
    "--preset",
    "smoke",
    "--steps",
    "2",
    "--validate-every",
    "2",
    "--runs",
  ];
  const runs = join(home, "runs");
  const limited = inBash('ulimit -f 200; exec "$@"', [...words, runs], env); // of 1 KiB: enough for everything but weights
  assert.deepEqual([limited.status, limited.out], [1, ""]);
  assert.match(
    limited.err,
    /^arco: [^\n]*\.safetensors: files may not grow so large here [^\n]*, nothing that was saved before is lost; raise [^\n]* \(EFBIG\)$/m,
  );
  const [run] = readdirSync(runs);
  assert.deepEqual(readdirSync(join(runs, run, "checkpoints")), []);
  const again = await start([...words, runs], env).ended;
  assert.equal(again.status, 0, again.err);
  assert.equal((await start([...words, join(home, "other")], env).ended).status, 0);
  const weights = [runs, join(home, "other")].map((place) =>
    sha256(join(place, run, "checkpoints", "last.safetensors")),
  );
  assert.equal(weights[0], weights[1]);
});

test("what cannot be printed is one line and a status; what cannot be said on stderr stops nothing", {
  skip: isFull,
}, () => {
  const printed = inBash('"$@" > /dev/full', ["data"], env);
  assert.equal(printed.status, 1);
  assert.match(
    printed.err,
    /^arco: what was to be printed could not be written \(ENOSPC: [^\n]*\); free some space, or print to another place\n$/,
  );
  const said = inBash('"$@" 2> /dev/full', ["data", "prepare", "hippocampus", "--json"], env);
  assert.equal(said.status, 0);
  assert.equal(JSON.parse(said.out).made, 60);
});

const isRoot = process.getuid?.() === 0;
const nobody = 65534;
const other = isRoot ? { uid: nobody } : {};

/** Whether another user may read the checkout, so that the command can run as one. */
function isReadable(): boolean {
  for (let folder = import.meta.dirname; ; folder = join(folder, "..")) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
    if (folder === "/") return true;
  }
}

test("folders that this user may not write to are named, with how to have them elsewhere", {
  skip: isRoot && !isReadable() && "no other user may read the checkout",
}, async () => {
  const locked = join(home, "locked");
  mkdirSync(join(locked, "mine"), { recursive: true });
  chmodSync(home, 0o755);
  chmodSync(join(locked, "mine"), 0o555);
  chmodSync(locked, 0o555);
  assert.doesNotThrow(() => accessSync(locked));
  for (const [words, message] of [
    [
      [...importing, "--out", join(locked, "mine")],
      /^arco: .*locked.mine.benchmark\.json: this user may not do that there; choose another folder or change its permissions \(EACCES\)$/m,
    ],
    [
      [...importing, "--out", join(locked, "new", "mine")],
      /^arco: .*locked.new.mine: this user may not do that there; .* \(EACCES\)$/m,
    ],
    [
      ["data", "prepare", "hippocampus"],
      /^arco: .*locked.hippocampus: this user may not do that there; .* \(EACCES\); ARCO_CACHE names another folder$/m,
    ],
    [
      ["train", "--preset", "smoke", "--runs", join(locked, "runs")],
      /^arco: .*locked.runs.hippocampus-.*: this user may not do that there; .* \(EACCES\)$/m,
    ],
  ] as const) {
    const { status, out, err } = await start(words, { ARCO_DATA: join(home, "none"), ARCO_CACHE: locked }, other).ended;
    assert.deepEqual([status, out], [1, ""], err);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /);
  }
  assert.deepEqual(readdirSync(locked), ["mine"]);
});

test("finished runs in a folder that this user may not write to are told by every command that reads them; one that is not is one clear line", {
  skip: isRoot && !isReadable() && "no other user may read the checkout",
}, async () => {
  const runs = join(home, "archive");
  const words = ["--preset", "smoke", "--benchmark", "mine", "--steps", "1", "--runs", runs];
  const data = ["data", "import", "--images", join(cases, "images"), "--labels", join(cases, "labels")];
  if (!existsSync(env.ARCO_DATA))
    await start([...data, "--name", "mine", "--out", join(home, "data", "mine")], env).ended;
  const rows = ["table", "1", "--only", "UNet-L", "--seeds", "1", ...words];
  const whole = await start([...rows, "--json"], env).ended;
  assert.equal(whole.status, 0, whole.err);
  for (const name of ["", ...readdirSync(runs, { recursive: true }).map(String)])
    if (statSync(join(runs, name)).isDirectory()) chmodSync(join(runs, name), 0o555);
  chmodSync(home, 0o755);
  const told = (...command: string[]) => start(command, env, other).ended;

  const train = await told("train", ...words, "--json");
  assert.deepEqual([train.status, JSON.parse(train.out).trained], [0, false], train.err);
  const table = await told(...rows, "--json");
  assert.deepEqual([table.status, JSON.parse(table.out)], [0, JSON.parse(whole.out)], table.err);
  assert.equal((await told("evaluate", JSON.parse(train.out).run)).status, 0);
  const [report, seed] = [await told("report", runs), await told("train", ...words, "--seed", "1")];
  assert.deepEqual([report.status, seed.status], [1, 1]);
  assert.match(report.err, /^arco: .*report\.html: this user may not .* \(EACCES\); --out names another file\n$/);
  assert.match(seed.err, /^arco: .*archive.mine-supervised-.*: this user may not do that there; .* \(EACCES\)$/m);
  for (const name of ["", ...readdirSync(runs)]) chmodSync(join(runs, name), 0o755);
});

test("a training reads a cache that this user may not write to, and gives what it gives with a cache of its own", {
  skip: isRoot && !isReadable() && "no other user may read the checkout",
}, async () => {
  const [shared, own] = [join(home, "shared"), join(home, "own")];
  const words = ["train", "--preset", "smoke", "--steps", "1", "--set", "validateEvery=1", "--json", "--runs"];
  assert.equal((await start(["data", "prepare", "hippocampus"], { ARCO_CACHE: shared }).ended).status, 0);
  for (const name of ["", ...readdirSync(shared, { recursive: true }).map(String)]) {
    const path = join(shared, name);
    chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
  }
  mkdirSync(own);
  chmodSync(own, 0o777);
  chmodSync(home, 0o755);
  const found = await start([...words, join(own, "read")], { ARCO_CACHE: shared }, other).ended;
  assert.equal(found.status, 0, found.err);
  const expected = await start([...words, join(own, "made")], { ARCO_CACHE: join(own, "cache") }).ended;
  assert.deepEqual(JSON.parse(found.out).metrics, JSON.parse(expected.out).metrics);
  chmodSync(shared, 0o755);
});

test("more threads than processors are held to these, which is said", async () => {
  const { status, out, err } = await start(["data", "prepare", "hippocampus", "--workers", "999", "--json"], {
    ...env,
    ARCO_CACHE: join(home, "fresh"),
  }).ended;
  assert.equal(status, 0, err);
  assert.equal(JSON.parse(out).made, 60);
  const count = availableParallelism();
  const said = `--workers 999: this machine has ${count} processors; ${count} threads are used.\n`;
  assert.ok(err.startsWith(said), err);
  assert.ok((await start(["train", "--workers", "999", "--steps", "0"]).ended).err.startsWith(said));
  for (const command of [
    ["table", "2", "--plan"],
    ["quickstart", "--steps", "0"],
  ]) {
    const beside = await start([...command, "--parallel", "999", "--json"], env).ended;
    assert.ok(
      beside.err.startsWith(
        `--parallel 999: this machine has ${count} processors; ${count} trainings run side by side.\n`,
      ),
    );
    if (command[0] === "table") assert.equal(JSON.parse(beside.out).processes, count);
  }
  // results depend on these, so that they are not held to anything
  const threads = await start(["table", "2", "--plan"], { ...env, ARCO_THREADS: "999" }).ended;
  assert.deepEqual([threads.status, threads.out], [1, ""]);
  assert.match(threads.err, /^arco: ARCO_THREADS: found "999", expected a whole number from 1 to \d+, the processors /);
});
