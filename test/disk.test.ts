import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DiskProblem, diskProblem, makeFolder, onDisk, ownPartOf, partOf, writeWhole } from "../lib/disk.js";
import { Problem } from "../lib/problem.js";
import { temporary } from "./temporary.js";

const folder = temporary("arco-disk-");
const place = (...parts: string[]) => join(folder, ...parts);
writeFileSync(place("file"), "mine");
symlinkSync(place("loop"), place("loop"));

test("what the system says of a file is one line that names it and the way out", () => {
  mkdirSync(place("folder", "inside"), { recursive: true });
  for (const [path, message] of [
    [
      place("n".repeat(300)),
      /a name in this path is longer than the disk allows .*choose a shorter one \(ENAMETOOLONG\)$/,
    ],
    [place("loop", "file"), /links in this path lead in a circle; .* \(ELOOP\)$/],
    [place("file", "inside"), /a part of this path is a file, not a folder; choose another folder \(ENOTDIR\)$/],
    [place("folder"), /a folder is in the way of a file of this name; .* \((EISDIR|ENOTEMPTY|EEXIST)\)$/],
    [place("nowhere", "file"), /cannot be written: its folder is not there; make it, or choose another$/],
  ] as const)
    assert.throws(
      () => writeWhole(path, "content"),
      (error) => error instanceof Problem && error.message.startsWith(`${path}: `) && message.test(error.message),
      String(message),
    );
  assert.deepEqual(readdirSync(folder).sort(), ["file", "folder", "loop"], "nothing is left");
  assert.equal(readFileSync(place("file"), "utf8"), "mine");
});

test("errors that no test can bring about are told alike, and one that the list does not know as what it is", () => {
  const failing = (code: string, syscall = "open") =>
    Object.assign(new Error(`${code}: said the system, ${syscall} '/a'`), { code, syscall, errno: -1, path: "/a" });
  for (const code of [
    "EMFILE",
    "ENFILE",
    "EBUSY",
    "ETXTBSY",
    "ESTALE",
    "EIO",
    "EDQUOT",
    "EROFS",
    "ENOLCK",
    "EHOSTDOWN",
    "EBADMSG",
  ]) {
    const error = diskProblem(undefined, failing(code));
    assert.ok(error instanceof DiskProblem, code);
    assert.match(error.message, /^\/a: [^\n]+; [^\n]+$/);
    assert.ok(error.message.includes(code));
  }
  for (const other of [
    failing("ECONNREFUSED", "connect"),
    failing("EUNKNOWN", "spawn git"),
    new TypeError("x"),
    "word",
  ])
    assert.equal(diskProblem("/a", other), other);
});

test("a full disk leaves what was there, and no part", { skip: !existsSync("/dev/full") && "no /dev/full" }, () => {
  const part = place("full");
  symlinkSync("/dev/full", part);
  assert.throws(
    () => writeWhole(place("file"), "new content", { part }),
    new Problem(
      `${place("file")}: the disk is full, nothing that was saved before is lost; free some space and give the same command again (ENOSPC)`,
    ),
  );
  assert.equal(readFileSync(place("file"), "utf8"), "mine");
  assert.ok(!readdirSync(folder).includes("full") && existsSync("/dev/full"));
});

test("a folder that cannot be made says why, also where several are to be made", {
  skip: process.getuid?.() === 0 && "root may",
}, () => {
  mkdirSync(place("locked"));
  chmodSync(place("locked"), 0o500);
  for (const path of [place("locked", "a"), place("locked", "a", "b", "c")])
    assert.throws(() => makeFolder(path), new RegExp(`${path}: this user may not do that there`));
});

test("parts lie beside their files under short names, each process's under one of its own", () => {
  const long = place(`${"ä".repeat(120)}.nii.gz`);
  for (const part of [partOf(long), ownPartOf(long)]) {
    assert.ok(Buffer.byteLength(part.slice(folder.length + 1)) < 120);
    assert.ok(part.startsWith(folder));
  }
  assert.notEqual(partOf(long), partOf(place(`${"ä".repeat(119)}.nii.gz`)));
  assert.equal(partOf(place("a.json")), place("a.json.part"));
  writeWhole(long, "long");
  assert.equal(readFileSync(long, "utf8"), "long");
  assert.equal(
    onDisk(long, () => 7),
    7,
  );
});
