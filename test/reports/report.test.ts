import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { JSDOM } from "jsdom";
import { phantomMark } from "../../lib/plots/render/frame.js";
import { Problem } from "../../lib/problem.js";
import { armsOf } from "../../lib/reports/arms.js";
import { commandOf } from "../../lib/reports/provenance.js";
import { writeReport } from "../../lib/reports/report.js";
import { predictionPath } from "../../lib/runs/assess.js";
import { listRuns } from "../../lib/runs/records.js";
import { openRun, runName } from "../../lib/runs/run.js";
import { paired } from "../../lib/statistics/paired.js";
import { summary } from "../../lib/statistics/summary.js";
import { pretrainingConfig, resolveConfig } from "../../lib/training/config/config.js";
import { type Config, configHash } from "../../lib/training/config/schema.js";
import { arco } from "../cli/arco.js";
import { sampleRun, writeHalfLine } from "../runs/samples.js";

const folder = mkdtempSync(join(tmpdir(), "report-"));
after(() => rmSync(folder, { recursive: true }));
const runs = join(folder, "runs");
const file = join(folder, "report.html");
const dice: Record<string, number[]> = { supervised: [], meanTeacher: [] };
let html = "";
let page: Document;

before(async () => {
  for (const seed of [0, 1, 2]) {
    dice.supervised.push(
      (await sampleRun(runs, { method: "supervised", labeled: 1, seed }, { shift: 2 + (seed % 2) })).metrics.mean.dice,
    );
    dice.meanTeacher.push(
      (await sampleRun(runs, { method: "meanTeacher", labeled: 1, seed }, { shift: 1 + (seed % 2) })).metrics.mean.dice,
    );
  }
  await sampleRun(runs, { method: "supervised", labeled: 60 });
  writeHalfLine((await sampleRun(runs, { method: "supervised", labeled: 3 }, { finished: false })).folder);
  await writeReport(runs, file);
  html = readFileSync(file, "utf8");
  page = new JSDOM(html).window.document;
});

test("the report asks nothing of a network: every address in it is inside it", () => {
  for (const element of page.querySelectorAll("*"))
    for (const { name, value } of element.attributes)
      if (/^(src|href|xlink:href|srcset|action|data|poster)$/.test(name))
        assert.match(value, /^(data:|#)/, `${element.localName} ${name}`);
  assert.equal(page.querySelectorAll("script, link, iframe, object, embed").length, 0);
  assert.doesNotMatch(html, /@import|url\(\s*['"]?(?!#|['"]#|&quot;#|data:)[a-z]+:/i);
  assert.ok(html.length < 2_000_000);
});

test("the numbers of its table are those of metrics.json", () => {
  const rows = [...page.querySelectorAll("table")][0].querySelectorAll("tbody tr");
  const cells = [...rows].map((row) => [...row.children].map((cell) => cell.textContent));
  const spread = (values: number[]) => {
    const { mean, sd = 0 } = summary(values);
    return `${(100 * mean).toFixed(1)} ± ${(100 * sd).toFixed(1)}`;
  };
  assert.deepEqual(
    cells.map(([title, seeds]) => [title, seeds]),
    [
      ["Supervised, 1 labelled10 updates", "3"],
      ["Mean teacher, 1 labelled + 59 unlabelled10 updates", "3"],
      ["Supervised, all 60 labelled10 updates", "1"],
    ],
  );
  assert.equal(cells[0][2], spread(dice.supervised));
  assert.equal(cells[1][2], spread(dice.meanTeacher));
  const { mean, interval } = paired(dice.supervised, dice.meanTeacher).difference;
  assert.equal(cells[1][6], `+${(100 * mean).toFixed(1)}`);
  assert.equal(
    cells[1][7],
    interval?.map((end) => `${end < 0 ? "−" : "+"}${Math.abs(100 * end).toFixed(1)}`).join(" to "),
  );
  assert.deepEqual(cells[2].slice(7), ["–", "–"], "one pair has no interval");
});

test("every run says how it was made; one that is not finished gives no number", () => {
  const folded = [...page.querySelectorAll("main > details")].map((element) => element.textContent ?? "");
  assert.equal(folded.length, 8);
  for (const { name, config } of listRuns(runs)) {
    const text = folded.find((one) => one.includes(name)) ?? "";
    for (const fact of [
      configHash(config),
      "npx arco train",
      `"seed": ${config.seed}`,
      "0123456789ab",
      "a test's CPU",
      "CC BY-SA 4.0",
      "Empty masks",
    ])
      assert.ok(text.includes(fact), `${name}: ${fact}`);
  }
  assert.match(page.querySelector("main li")?.textContent ?? "", /Supervised, 3 labelled.*step 10 of 10/);
});

test("the command it gives trains the same run again", () => {
  const configs = [
    {},
    { steps: 7 },
    { method: "meanTeacher", seed: 3, batch: { labeled: 3 }, options: { weight: 0.7 } },
    { optimizer: { rate: 0.1 }, checkpoint: "last" as const },
    { method: "arco", preset: "smoke" as const, protocol: "paper" as const, options: { sampler: "sag" } },
    { method: "arco", pretraining: null },
    {
      ...{ method: "arco", protocol: "released" as const, options: { contrast: { draw: "pool" } } },
      pretraining: { steps: 7, batch: { labeled: 3 }, options: { weights: { local: 0, global: 1 }, mined: "queue" } },
    },
  ];
  const both = configs.flatMap((given): Config[] => {
    const config = resolveConfig(given);
    const first = pretrainingConfig(config);
    return first ? [config, first] : [config];
  });
  assert.equal(both.length, configs.length + 2);
  for (const config of both) {
    const words = commandOf(config).replaceAll("\\\n", " ").split(/\s+/).slice(3);
    let given: Record<string, unknown> = {};
    for (let at = 0; at < words.length; at += 2)
      given = put(given, words[at].slice(2), words[at + 1].replaceAll("'", ""));
    assert.equal(configHash(resolveConfig(given)), configHash(config));
  }
});

/** Reads one flag of `arco train`. */
function put(given: Record<string, unknown>, flag: string, text: string): Record<string, unknown> {
  const value = (word: string): unknown =>
    word === "null" || (/^[-\d[{"tf]/.test(word) && !/^(test|full)/.test(word)) ? JSON.parse(word) : word;
  if (flag !== "set" && flag !== "option") return { ...given, [flag]: value(text) };
  const [path, word] = text.split("=");
  const keys = (flag === "option" ? `options.${path}` : path).split(".");
  const nested = (object: unknown, [key, ...rest]: string[]): Record<string, unknown> => ({
    ...(object as object),
    [key]: rest.length > 0 ? nested((object as Record<string, unknown> | undefined)?.[key], rest) : value(word),
  });
  return nested(given, keys);
}

test("who cannot see the pictures reads what they show, and tables name their rows and columns", () => {
  const pictures = [...page.querySelectorAll("figure svg")];
  assert.ok(pictures.length >= 5);
  for (const svg of pictures)
    assert.ok((svg.getAttribute("aria-label") ?? "").length > 30 && svg.getAttribute("viewBox"));
  for (const table of page.querySelectorAll("table"))
    assert.ok(table.querySelector("thead th[scope=col]") && table.querySelector("tbody th[scope=row]"));
  assert.equal(page.documentElement.lang, "en");
  assert.ok(!html.includes(phantomMark));
});

test("generated data is marked wherever a number stands", async () => {
  const generated = join(folder, "phantoms");
  await sampleRun(generated, { method: "supervised", labeled: 1 }, { phantom: true, cases: 1 });
  await writeReport(generated, join(folder, "phantom.html"));
  const text = readFileSync(join(folder, "phantom.html"), "utf8");
  assert.ok(text.split(phantomMark).length > 4, "above the table and in every figure");
});

test("the same runs give the same page", async () => {
  await writeReport(runs, join(folder, "again.html"));
  assert.equal(readFileSync(join(folder, "again.html"), "utf8"), html);
});

test("a run that is damaged or of an unknown method is named and left out, and the others are shown as without it", async () => {
  const store = join(folder, "damaged");
  await sampleRun(store, { method: "supervised", labeled: 1 }, { cases: 1 });
  const alone = join(folder, "alone.html");
  await writeReport(store, alone);
  const numbers = (path: string) =>
    new JSDOM(readFileSync(path, "utf8")).window.document.querySelector("table")?.textContent ?? assert.fail();
  const damage: [name: string, file: string, text: string, reason: RegExp][] = [
    ["unknown", "config.json", JSON.stringify({ ...resolveConfig({}), method: "alchemy" }), /method: found "alchemy"/],
    ["elsewhere", "config.json", JSON.stringify({ ...resolveConfig({}), benchmark: "atlantis" }), /benchmark: found/],
    ["cut", "config.json", '{"bench', /config\.json: not JSON/],
    ["old", "config.json", "{}", /benchmark: found nothing/],
    ["log", "log.jsonl", "not a row\n", /log\.jsonl:1: not a row of JSON/],
    ["metrics", "metrics.json", "{}", /metrics\.json: /],
    ["headless", "metrics.json", "{}", /config\.json: /],
  ];
  for (const [name, file, text] of damage) {
    mkdirSync(join(store, name));
    if (name !== "headless") writeFileSync(join(store, name, "config.json"), JSON.stringify(resolveConfig({})));
    writeFileSync(join(store, name, file), text);
  }
  mkdirSync(join(store, "folder", "config.json"), { recursive: true });
  mkdirSync(join(store, "notes"));
  const out = join(folder, "damaged.html");
  const { leftOut } = await writeReport(store, out);
  const expected = [
    ...damage.map(([name, , , reason]) => [name, reason] as const),
    ["folder", /a folder is in the way/] as const,
  ];
  assert.deepEqual(
    leftOut.map(({ run }) => run),
    expected.map(([name]) => name).sort(),
  );
  const named = [...new JSDOM(readFileSync(out, "utf8")).window.document.querySelectorAll("p.warning + ul li")];
  for (const [name, reason] of expected) {
    assert.match(leftOut.find(({ run }) => run === name)?.reason ?? "", reason);
    assert.ok(
      named.some(({ textContent }) => textContent?.startsWith(`${name}: `)),
      name,
    );
  }
  assert.equal(numbers(out), numbers(alone));

  const { status, out: said, err } = await arco("report", store, "--out", out, "--json");
  assert.deepEqual([status, JSON.parse(said)], [1, { report: out, leftOut }]);
  assert.match(err, /^arco: left out: cut: .*config\.json: not JSON/m);
  rmSync(join(store, runName(resolveConfig({ preset: "smoke", method: "supervised", labeled: 1 }))), {
    recursive: true,
  });
  await assert.rejects(writeReport(store, out), /holds no run that can be shown:\n {2}cut: /);
});

test("a prediction that cannot be read costs its picture, not the report", async () => {
  const store = join(folder, "spoilt");
  const { folder: run, metrics } = await sampleRun(store, { labeled: 1 }, { cases: 1 });
  writeFileSync(join(run, ...predictionPath(metrics.cases[0].id)), "no scan");
  const out = join(folder, "spoilt.html");
  assert.deepEqual(await writeReport(store, out), { leftOut: [] });
  const { document } = new JSDOM(readFileSync(out, "utf8")).window;
  assert.match(document.body.textContent ?? "", /The predictions cannot be drawn: .*\.nii\.gz/);
  assert.ok(document.querySelector("table"));
});

test("a folder without runs is a Problem that says what to do", async () => {
  await assert.rejects(writeReport(join(folder, "none"), file), Problem);
  assert.equal(readFileSync(file, "utf8"), html, "the page before it is still there");
});

test("a pre-training has no result of its own and is no open end; what starts from it says so, and how to repeat both", async () => {
  const store = join(folder, "phases");
  const config = resolveConfig({ method: "arco", preset: "smoke", labeled: 1, options: { sampler: "sag" } });
  const first = pretrainingConfig(config) ?? assert.fail();
  const sha256 = "ab".repeat(32);
  await sampleRun(store, first, { finished: false });
  await sampleRun(store, config, { cases: 1 });
  const run = openRun(store, config);
  run.startedFrom({ run: runName(first), sha256 });
  run.close();
  const random = resolveConfig({ ...config, pretraining: null });
  await sampleRun(store, random, { cases: 1 });
  const half = resolveConfig({ method: "relational", preset: "smoke", labeled: 3 });
  openRun(store, half).close();
  const out = join(folder, "phases.html");
  await writeReport(store, out);
  const { document } = new JSDOM(readFileSync(out, "utf8")).window;
  const text = (selector: string) =>
    [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");

  assert.match(text("h1")[0], /: 2 finished runs on/);
  const lists = text("main > p, main > ul").map((words) => words.replaceAll(/\s+/g, " "));
  const after = (heading: string) => lists[lists.indexOf(heading) + 1];
  assert.equal(
    after("Trained for others to start from, and not tested:"),
    `Relational pre-training (ARCO phase 1), 1 labelled + 59 unlabelled, seed 0: 5 steps; 1 run here starts from it (${runName(first)})`,
  );
  assert.match(
    after("Not finished and without numbers here:"),
    /^Relational pre-training .*, 3 labelled .*: step 0 of 5 /,
  );

  const folded = text("main > details");
  const of = (one: Config) => folded.find((words) => words.startsWith(runName(one))) ?? assert.fail();
  const facts = `Relational pre-training (ARCO phase 1), 5 steps of 2 labelled + 2 unlabelled images: ${runName(first)}; sha256 of its weights ${sha256}`;
  for (const words of [facts, commandOf(config), commandOf(first), "To repeat both phases"])
    assert.ok(of(config).includes(words), words);
  assert.match(of(random), /random weights/);
  assert.ok(of(random).includes("--set 'pretraining=null'") && !of(random).includes("both phases"));
  assert.match(of(first), /not tested; others start from the last/);
  assert.match(of(half), /unfinished/);
});

test("arms that share their title are told apart by what differs", async () => {
  const twins = join(folder, "twins");
  await sampleRun(twins, { labeled: 1, steps: 20, optimizer: { rate: 0.01 } }, { cases: 1 });
  await sampleRun(twins, { labeled: 1, steps: 10, optimizer: { rate: 0.05 } }, { cases: 1 });
  const titles = armsOf(listRuns(twins))
    .map(({ title }) => title)
    .sort();
  assert.deepEqual(titles, [
    "Supervised, 1 labelled (steps 10, optimizer.rate 0.05)",
    "Supervised, 1 labelled (steps 20, optimizer.rate 0.01)",
  ]);
});
