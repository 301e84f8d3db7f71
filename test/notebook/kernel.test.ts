import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drive, folder, forms, only, printed, type Ran, result, session } from "./kernel.js";

const notebook = [
  `import { stream } from "arco"`,
  `const rng = stream(7, "notebook");
rng.uniform()`,
  `const wrong: string = rng;`,
  `throw new RangeError("too far")`,
  `globalThis[Symbol.for("arco.bundle")]({ "text/plain": "a figure", "image/png": "AAAA" }, { id: "figure" });
globalThis[Symbol.for("arco.bundle")]({ "text/plain": "a later figure" }, { id: "figure", update: true });`,
  `await Promise.resolve(6 * 7)`,
  `const own = 3;
JSON.stringify([{ own, rng }, ((own: number) => ({ own }))(4)].map((one) => Object.keys(one).length + one.own))`,
];

test("a notebook imports the library, shows errors in red and counts its cells; two executions give the same bytes", async () => {
  const text = await drive("execute", notebook);
  const { cells } = JSON.parse(text);
  const counts = cells.map((cell: { execution_count: number }) => cell.execution_count);
  assert.deepEqual(counts, [1, 2, 3, 4, 5, 6, 7]);
  const outputs = cells.map((cell: { outputs: object[] }) => cell.outputs);
  assert.deepEqual(outputs[0], []);
  assert.match(outputs[1][0].data["text/plain"][0], /^0\.\d+$/);
  const { ename, evalue, traceback } = outputs[2][0];
  assert.equal(ename, "TypeScriptError");
  assert.match(evalue, /^cell\[3\]:1:7 - Type 'Rng' is not assignable to type 'string'/);
  assert.ok(traceback[0].startsWith("\u001b[31mTypeScriptError"), "in red");
  assert.deepEqual(
    [outputs[3][0].output_type, outputs[3][0].ename, outputs[3][0].evalue],
    ["error", "RangeError", "too far"],
  );
  assert.equal(outputs[4].length, 1, "an update replaces the display, it adds none");
  assert.deepEqual(outputs[4][0].data, { "text/plain": ["a later figure"] });
  assert.deepEqual(outputs[5][0].data, { "text/plain": ["42"] });
  assert.deepEqual(outputs[6][0].data, { "text/plain": ["[5,5]"] }, "{ rng } is the variable of an earlier cell");
  assert.equal(await drive("execute", notebook), text);
});

test("execution ends at a failing cell with exit code 1 and its words", async () => {
  await assert.rejects(
    drive("execute", ["1", `null.length; // fails`, "2"]),
    /CellExecutionError[\s\S]*The value 'null' cannot be used here/,
  );
});

const { ask, cell, sent } = session();
const complete = (code: string, rest = "") => ask("complete", { code: code + rest, cursor_pos: [...code].length });
const inspect = (code: string, cursor_pos: number) => ask("inspect", { code, cursor_pos, detail_level: 0 });
const history = (hist_access_type: string, options: object) =>
  ask("history", { hist_access_type, output: false, raw: true, ...options });

// before any cell has run
const early = complete("import { une", ' } from "arco"');
const info = ask("kernel_info", {});
const incomplete = ask("is_complete", { code: "if (true) {" });
const comms = ask("comm_info", {});

const declared = cell(`function check(n: number) {
  if (n > 2)
    throw new RangeError("too many");
}
async function later() {
  await null;
  check(4);
}
check(1)`);

const traced = {
  ofEarlier: cell("const n = 3;\n\ncheck(n)"),
  async: cell("\nawait later();"),
  beside: cell('import { double } from "./beside";\ndouble(-1)'),
  caused: cell('throw new Error("above", { cause: new TypeError("below") })'),
  inspected: cell('new Error("kept").stack?.split("\\n")[1].trim()'),
};
writeFileSync(
  join(folder, "beside.ts"),
  `export function double(n: number): number {
  // not below zero
  if (n < 0) throw new Error("negative");
  return 2 * n;
}
`,
);

test("a trace names the lines of the cells, of files beside the notebook, and no frame of the kernel", () => {
  const frames = (ran: Ran) => ran.reply.traceback.slice(1);
  const { ofEarlier, async, beside, caused, inspected } = traced;
  const [first, second] = [declared.number, ofEarlier.number];
  assert.deepEqual(frames(ofEarlier()), [`    at check (cell[${first}]:3:11)`, `    at cell[${second}]:3:1`]);
  assert.deepEqual(frames(async()), [
    `    at check (cell[${first}]:3:11)`,
    `    at later (cell[${first}]:7:3)`,
    `    at async cell[${async.number}]:2:1`,
  ]);
  const [inFile, inCell, ...others] = frames(beside());
  assert.match(inFile, /at double \(.*beside\.ts:3:20\)$/);
  assert.match(inCell, new RegExp(`at cell\\[${beside.number}\\]:2:\\d+$`));
  assert.deepEqual(others, []);
  assert.deepEqual(frames(caused()), [
    `    at cell[${caused.number}]:1:7`,
    "caused by \u001b[31mTypeError\u001b[0m: below",
    `    at cell[${caused.number}]:1:35`,
  ]);
  assert.deepEqual(result(inspected()), { "text/plain": `at cell[${inspected.number}]:1:1` });
});

const rejected = cell("void later();\n5");
const timer = cell(`setTimeout(() => { throw new Error("out of a timer") }, 1);
await new Promise((resolve) => setTimeout(resolve, 20));`);

test("what nobody catches is one error output of the cell, without frames of the kernel, and the cell goes on", () => {
  const red = (name: string) => `\u001b[31m${name}\u001b[0m`;
  const errors = (ran: Ran) => only(ran, "error").map(({ traceback }) => traceback);
  const at = declared.number;
  assert.deepEqual(errors(rejected()), [
    [`${red("RangeError")}: too many`, `    at check (cell[${at}]:3:11)`, `    at later (cell[${at}]:7:3)`],
  ]);
  assert.deepEqual(only(rejected(), "stream"), []);
  assert.deepEqual(result(rejected()), { "text/plain": "5" });
  assert.deepEqual(errors(timer()), [
    [`${red("Error")}: out of a timer`, `    at Timeout._onTimeout (cell[${timer.number}]:1:26)`],
  ]);
  assert.equal(timer().reply.status, "ok");
});

const forAwait = cell("for await (const x of [1, 2]) console.log(x)");
const inFunction = cell("const add = async () => { await null; }; [1].map((x) => x + 1)");
const modern = cell("[3, 1, 2].toSorted().with(0, 7).findLast((x) => x > 2)");
const using = cell(`{ using file = { [Symbol.dispose]: () => console.log("closed") }; console.log("open") }`);
const grouped = cell(`Object.groupBy([1, 2, 3], (x) => x % 2 ? "odd" : "even")`);

test("cells are TypeScript of the lab's version with what this Node knows; for await may be the only await", () => {
  const { version } = Object(info().language_info);
  const { dependencies } = JSON.parse(readFileSync(new URL("../../lib/package.json", import.meta.url), "utf8"));
  assert.equal(version, dependencies.typescript);
  assert.equal(printed(forAwait()), "1\n2\n");
  assert.deepEqual(result(inFunction()), { "text/plain": "[ 2 ]" });
  assert.deepEqual(result(modern()), { "text/plain": "3" });
  assert.equal(printed(using()), "open\nclosed\n");
  if ("groupBy" in Object) assert.match(String(result(grouped())?.["text/plain"]), /odd: \[ 1, 3 \]/);
  else assert.match(grouped().reply.evalue, /'groupBy' does not exist .* later version than Node v\d/);
});

const figure = `({ data: [], layout: { title: { text: "All" }, width: 60, height: 40, margin: { l: 1, r: 1, t: 1, b: 1 } } })`;
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
const texts = {
  "{ a: [ 1 ] }": cell("Promise.resolve({ a: [1] })"),
  "a\nb": cell(`"a\\nb";`),
  null: cell(`/a/.exec("b")`),
};
const failing = cell(`(async () => { throw new Error("no") })()`);
const silent = ["undefined", "let y: number; y = 3;", "y++", "(y += 1);", "for (const x of [1]) x;", "// nothing"].map(
  cell,
);
const looks = {
  table: cell(`import { bars, table } from "arco";\ntable([{ organ: "liver", dice: 0.5 }])`),
  figure: cell(figure),
  pixels: cell("({ data: new Uint8Array([0, 255]), shape: [1, 2] })"),
  png: cell(`Buffer.from("${dot}", "base64")`),
  own: cell(`({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>own</b>", "text/plain": "own" }) })`),
};

test("the last expression of a cell shows itself: awaited, as table, figure, picture or text; an assignment does not", () => {
  for (const [text, found] of Object.entries(texts)) assert.deepEqual(result(found()), { "text/plain": text });
  assert.deepEqual([failing().reply.status, failing().reply.evalue], ["error", "no"]);
  for (const found of silent) assert.deepEqual([found().reply.status, result(found())], ["ok", undefined]);
  const [table, live, pixels, png, own] = Object.values(looks).map((found) => result(found()) ?? {});
  assert.match(String(table["text/html"]), /<td style="text-align:left">liver<\/td>/);
  assert.deepEqual(Object.keys(live), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  assert.match(String(pixels["image/png"]), /^iVBORw0KGgo/);
  assert.equal(png["image/png"], dot);
  assert.deepEqual(own, { "text/html": "<b>own</b>", "text/plain": "own" });
});

const names = complete("bar");
const options = complete("bars([], { ti");
const behindEmoji = complete('"😀"; tab');
const documented = inspect("table", 3);
const option = inspect("table([]).toHTML({ limit: 1 })", 21);

test("completion and inspection know the library, before the first cell has run too, and count characters as Jupyter does", () => {
  assert.deepEqual(early().matches, ["unet"]);
  assert.ok([names().matches].flat().includes("bars"));
  assert.ok([options().matches].flat().includes("title"), "the library's types are known");
  assert.ok([behindEmoji().matches].flat().includes("table"));
  assert.deepEqual([behindEmoji().cursor_start, behindEmoji().cursor_end], [5, 8]);
  assert.match(JSON.stringify(documented().data), /The rows as an arquero table/);
  assert.match(JSON.stringify(option().data), /limit/);
  assert.equal(incomplete().status, "incomplete");
  assert.deepEqual(comms(), { status: "ok", comms: {} });
});

const [kept, last] = ["21 * 2", "void 0"];
cell(kept);
const { number } = cell(last);
const tail = history("tail", { n: 2, output: true });
const range = history("range", { session: 0, start: using.number, stop: using.number + 1 });
const search = history("search", { pattern: "*21 [*] 2", n: 5 });
const unique = history("search", { pattern: "?1 * ?", n: 5, unique: true });
const other = history("range", { session: -1, start: 1 });

test("the history is that of this session", () => {
  const entry = [1, number - 1, kept];
  assert.deepEqual(tail(), {
    status: "ok",
    history: [
      [1, number - 1, [kept, "42"]],
      [1, number, [last, null]],
    ],
  });
  assert.deepEqual(Object(range().history)[0][1], using.number);
  assert.deepEqual(search().history, [], "only * and ? mean something");
  assert.deepEqual(unique().history, [entry]);
  assert.deepEqual(other().history, [], "there is no earlier session");
});

const lines = 100_000;
const shown = 1_500;
const show = `globalThis[Symbol.for("arco.bundle")]`;
const printing = cell(`for (let i = 0; i < ${lines}; i++) console.log(i)`);
const showing = cell(`for (let i = 0; i < ${shown}; i++) ${show}({ "text/plain": String(i) })`);
const mixing = cell(
  `for (let i = 0; i < ${shown}; i++) i % 3 === 2 ? ${show}({ "text/plain": String(i) }) : i % 3 ? console.error(i) : console.log(i)`,
);
const updating = cell(
  `for (let i = 0; i < ${shown}; i++) ${show}({ "text/plain": String(i) }, { id: "bar", update: i > 0 })`,
);
const halves = cell(
  `process.stdout.write(Buffer.from("é").subarray(0, 1)); process.stdout.write(Buffer.from("é").subarray(1), () => console.log("!")); await null;`,
);

test("every message arrives, in order, however much a cell prints at once; the kernel is idle at the end", () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  const value = (message: Ran["seen"][number]) => Number(message.text ?? forms(message)["text/plain"]);
  const outputs = (ran: Ran) => ran.seen.filter(({ type }) => type === "stream" || type.endsWith("display_data"));
  assert.equal(printed(printing()), `${numbers(lines).join("\n")}\n`);
  assert.ok(only(printing(), "stream").length < lines / 50, "text that piles up is joined");
  assert.deepEqual(outputs(showing()).map(value), numbers(shown));
  assert.deepEqual(outputs(mixing()).map(value), numbers(shown), "text and displays do not overtake one another");
  assert.equal(value(only(updating(), "update_display_data").slice(-1)[0]), shown - 1);
  assert.equal(printed(halves()), "é!\n", "halves of a character are put together");
  for (const ran of [printing(), showing(), mixing(), updating()]) {
    assert.equal(ran.reply.status, "ok");
    assert.equal(ran.seen.at(-1)?.execution_state, "idle");
  }
});

cell(`let turns = 0;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
const tick = async () => { turns++; await pause(); return true; };
async function* endless() { for (;;) { await pause(); yield 1; } }
async function count() { while (true) { turns++; await pause(); } }`);
const loops = Object.entries({
  await: "for (;;) { turns++; await pause(); }",
  "for await": "for await (const _ of endless()) turns++;",
  "do and while": "do { turns++; await pause(); } while (true);",
  "labelled, inside another, without a block":
    "outer: while (true) for (const _ of [1, 2]) if (await tick()) continue outer;",
  "in an earlier cell's function": "await count();",
  "that catches": "for (;;) try { turns++; await pause(); throw 1; } catch {}",
  "nobody waits for": "void count(); for (;;) await pause();",
}).map(([kind, loop]) => {
  const stopped = cell(`console.log("interrupt me");\n${loop}`);
  const after = cell(
    "const before = turns; await new Promise((resolve) => setTimeout(resolve, 40)); [before > 0, turns - before]",
  );
  return { kind, stopped, after };
});

test("an interrupt ends the loops that a cell's code runs, wherever they stand; nothing counts on", () => {
  for (const { kind, stopped, after } of loops) {
    const { ename, evalue } = stopped().reply;
    assert.deepEqual([ename, evalue], ["Interrupted", "the cell was stopped"], kind);
    assert.deepEqual(result(after()), { "text/plain": "[ true, 0 ]" }, kind);
  }
});

const obeying = cell(`const signal = globalThis[Symbol.for("arco.signal")];
console.log("interrupt me");
while (!signal.aborted) await pause();
console.log("in order");`);
const busy = cell(`console.log("interrupt me");\nfor (;;);`);
const stuck = cell(`console.log("interrupt me");\nawait new Promise(() => {});`);
const next = cell(`globalThis[Symbol.for("arco.signal")].aborted`);

test("an interrupt aborts the signal, stops a cell that does not await, and says so where one cannot be stopped; the next has a fresh signal", () => {
  for (const { reply } of [obeying(), busy(), stuck()])
    assert.deepEqual([reply.status, reply.ename], ["error", "Interrupted"]);
  assert.equal(printed(obeying()), "interrupt me\nin order\n", "what obeys the signal ends as it wants");
  assert.equal(busy().reply.evalue, "the cell was stopped");
  assert.match(stuck().reply.evalue, /what it awaits has not ended.*Restart the kernel/);
  assert.deepEqual(result(next()), { "text/plain": "false" });
});

const together = sent([`throw new Error("first")`, `console.log("second")`]);
const alone = cell("3");

test("cells sent behind a failing one are not run; those sent later are", () => {
  const [failed, skipped] = together();
  assert.deepEqual([failed.reply.status, skipped.reply.status, alone().reply.status], ["error", "aborted", "ok"]);
  assert.equal(printed(skipped), "");
  assert.equal(alone().reply.execution_count, failed.reply.execution_count + 1);
});
