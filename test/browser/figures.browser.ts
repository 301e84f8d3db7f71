import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, Locator } from "playwright-core";
import { png } from "../../lib/plots/render/png.js";
import { writeReport } from "../../lib/reports/report.js";
import { figures } from "../plots/samples.js";
import { sampleRun } from "../runs/samples.js";
import { type Lab, menu, openBrowser, openLab, openPage, patience, pictures, root } from "./lab.js";

mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(root, "notebooks", "browser-test-"));
const runs = mkdtempSync(join(tmpdir(), "browser-runs-"));
let browser: Browser;
let lab: Lab;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  lab?.close();
  for (const path of [folder, runs]) rmSync(path, { recursive: true, maxRetries: 20, retryDelay: 250 });
});

/** Where an element is drawn, to the right and downwards; waits for it, as a figure takes labels away and draws them anew. */
async function boxOf(element: Locator) {
  const until = performance.now() + patience;
  let box = await element.boundingBox();
  while (box === null && performance.now() < until) {
    await element.page().waitForTimeout(50);
    box = await element.boundingBox();
  }
  const { x, y, width, height } = box ?? assert.fail("not drawn");
  return { left: x, top: y, right: x + width, bottom: y + height, width };
}

type Box = Awaited<ReturnType<typeof boxOf>>;
const meet = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** How bright a colour is, from 0 to 1, as the page computes it. */
const brightness = (element: Locator, property: string) =>
  element.evaluate((node, name) => {
    const parts =
      getComputedStyle(node)
        .getPropertyValue(name)
        .match(/[\d.]+/g) ?? [];
    return parts.slice(0, 3).reduce((sum, part) => sum + Number(part) / 765, 0);
  }, property);

test("the report asks for nothing but itself; its table shows all columns and its figures fill the page, by day and night", async () => {
  for (const seed of [0, 1])
    for (const [method, sampler] of [["supervised"], ["meanTeacher"], ["arco", "sg"], ["arco", "sag"]])
      await sampleRun(
        runs,
        { method, labeled: 1, seed, ...(sampler && { options: { sampler } }) },
        { shift: 1 + seed, cases: 1 },
      );
  const file = join(runs, "report.html");
  await writeReport(runs, file);
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => void asked.push(request.url()));
  for (const width of [1200, 700]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(pathToFileURL(file).href);
    const table = await boxOf(page.locator("table").first());
    const view = await boxOf(page.locator(".wide").first());
    assert.ok(table.right <= view.right + 1, `${width}: the table ends at ${table.right}, its place at ${view.right}`);
    const { width: whole } = await boxOf(page.locator("h1"));
    for (const figure of await page.locator("figure").all()) {
      const own = await boxOf(figure);
      assert.ok(own.width > 0.98 * whole && own.right < width, `${width}: a figure of ${own.width} on ${whole}`);
      const edge = await boxOf(figure.locator("svg").first());
      for (const title of await figure.locator(".gtitle").all()) assert.ok((await boxOf(title)).right <= edge.right);
    }
    await page.screenshot({ path: join(pictures, `report-${width}.png`), fullPage: true });
  }
  assert.deepEqual([...new Set(asked.filter((url) => !url.startsWith("data:")))], [pathToFileURL(file).href]);
  assert.deepEqual(
    await page.evaluate(() =>
      [...document.fonts].map(({ family, status }) => `${family.replaceAll('"', "")} ${status}`),
    ),
    ["Open Sans loaded", "Open Sans loaded"],
  );
  const title = page.locator(".gtitle").first();
  assert.ok((await brightness(title, "fill")) < 0.3);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok((await brightness(title, "fill")) > 0.7);
  await page.setViewportSize({ width: 420, height: 900 });
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    "no sideways scrolling on a phone",
  );
  await page.screenshot({ path: join(pictures, "report-phone-dark.png") });
  await context.close();
});

test("figures fill a notebook's width, say what they say beside names and toolbar, and follow the theme", {
  timeout: 2 * patience,
}, async () => {
  writeFileSync(join(folder, "figures.ipynb"), JSON.stringify(notebook(["spread", "overlay"])));
  lab = await openLab(runs);
  const page = await openPage(browser, lab, `/tree/${basename(folder)}/figures.ipynb`);
  const figure = page.locator(".arco-figure").first();
  await figure.locator(".main-svg").first().waitFor({ timeout: patience });
  for (const width of [1200, 1000, 700]) {
    await page.setViewportSize({ width, height: 900 });
    await settled(figure);
    for (const one of await page.locator(".arco-figure").all()) {
      const [place, drawn] = [await boxOf(one), await boxOf(one.locator(".main-svg").first())];
      assert.ok(Math.abs(place.width - drawn.width) < 2, `${width}: ${drawn.width} drawn on ${place.width}`);
      assert.ok(drawn.right <= width, `${width}: a figure ends at ${drawn.right}`);
    }
    await page.screenshot({ path: join(pictures, `notebook-${width}.png`) });
  }
  await page.setViewportSize({ width: 1000, height: 900 });
  await settled(figure);
  const names = await figure.locator(".ytick text").all();
  for (const dot of await figure.locator(".points .point").all()) {
    const { left, right, top, bottom } = await boxOf(dot);
    await page.mouse.move((left + right) / 2, (top + bottom) / 2);
    const label = await boxOf(figure.locator(".hovertext").first());
    for (const name of names) assert.ok(!meet(label, await boxOf(name)), "a label on the name of a row");
  }
  const [title, toolbar] = [figure.locator(".gtitle").first(), figure.locator(".modebar").first()];
  assert.ok(!meet(await boxOf(title), await boxOf(toolbar)), "the toolbar on the title");
  assert.ok((await brightness(title, "fill")) < 0.3);
  await menu(page, "Settings", "Theme", "JupyterLab Dark");
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector(".arco-figure .gtitle") ?? document.body).fill.includes("255"),
    undefined,
    { timeout: patience },
  );
  assert.ok((await brightness(title, "fill")) > 0.7);
  assert.ok((await brightness(figure.locator(".main-svg").first(), "background-color")) < 0.2);
  await page.screenshot({ path: join(pictures, "notebook-dark.png") });
  await page.close();
});

/** Waits until JupyterLab has laid out its page anew, and a figure has drawn itself for the width that it has then. */
async function settled(figure: Locator): Promise<void> {
  const gap = () =>
    figure.evaluate((node) => {
      const { width = 0 } = node.querySelector(".main-svg")?.getBoundingClientRect() ?? {};
      const place = node.getBoundingClientRect();
      return Math.max(Math.abs(place.width - width), place.right - window.innerWidth);
    });
  for (const end = performance.now() + patience; (await gap()) > 2; )
    if (performance.now() > end) assert.fail(`a figure stays ${await gap()} pixels away from the width of its place`);
}

/** A notebook with the outputs of some figures, as one that was executed elsewhere: it is not trusted. */
function notebook(names: readonly string[]) {
  const cells = names.map((name) => {
    const { still, ...figure } = figures[name];
    const data = {
      "application/vnd.plotly.v1+json": figure,
      "image/png": png(figures[name], { scale: 1 }).toString("base64"),
      "text/plain": name,
    };
    return { ...cell, id: name, source: [name], outputs: [{ output_type: "display_data", metadata: {}, data }] };
  });
  const kernelspec = { name: "arco", display_name: "TypeScript (arco)", language: "typescript" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
}

const cell = { cell_type: "code", execution_count: 1, metadata: {} };
