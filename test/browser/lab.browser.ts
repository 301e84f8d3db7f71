import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { type Lab, menu, openBrowser, openLab, openPage, patience, pictures, root } from "./lab.js";

mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(root, "notebooks", "browser-test-")); // below the checkout, as every notebook; JupyterLab writes into it
const runs = mkdtempSync(join(tmpdir(), "browser-runs-"));
let lab: Lab;
let browser: Browser;
const open = (path: string) => openPage(browser, lab, path);

const longSteps = 100000;

/** A notebook of one cell. */
const notebook = (source: string) =>
  JSON.stringify({
    cells: [{ cell_type: "code", execution_count: null, id: "only", metadata: {}, outputs: [], source }],
    metadata: { kernelspec: { name: "arco", display_name: "TypeScript (arco)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });

/** Trains far longer than the test waits. */
const longTraining = `import { parameters, progress, quickstart } from "arco";
const { runs, preset } = parameters();
await progress("Training", (live) => quickstart({ runs, seeds: [0], config: { preset, steps: ${longSteps} }, ...live }));
console.log("never printed");`;

before(async () => {
  for (const name of ["01-quickstart.ipynb", "12-your-own-scans.ipynb"])
    copyFileSync(join(root, "notebooks", name), join(folder, name));
  writeFileSync(join(folder, "long.ipynb"), notebook(longTraining));
  writeFileSync(join(folder, "lines.ipynb"), notebook(`for (let i = 1; i <= 100_000; i++) console.log("line", i)`));
  lab = await openLab(runs, { ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  lab?.close();
  for (const path of [folder, runs]) rmSync(path, { recursive: true, maxRetries: 20, retryDelay: 250 });
});

test("the launcher offers one kind of notebook: TypeScript (arco)", async () => {
  const page = await open("");
  const tiles = page.locator('.jp-LauncherCard[data-category="Notebook"]');
  await tiles.first().waitFor({ timeout: patience });
  assert.deepEqual(await tiles.locator(".jp-LauncherCard-label").allInnerTexts(), ["TypeScript (arco)"]);
  await page.screenshot({ path: join(pictures, "launcher.png") });
  await page.close();
});

test("all cells of the quick start run, and its figures are visible and live", {
  timeout: 2 * patience,
}, async () => {
  const page = await runAll("01-quickstart.ipynb");
  assert.match((await page.locator(".jp-CodeCell").nth(1).textContent()) ?? "", /Training: done/); // cells out of view have no innerText
  const figures = page.locator(".arco-figure");
  const shown = await figures.count();
  assert.equal(shown, 5);
  for (let at = 0; at < shown; at++) {
    const figure = figures.nth(at);
    await figure.scrollIntoViewIfNeeded();
    await figure.locator(".main-svg").first().waitFor({ timeout: patience });
    await figure.screenshot({ path: join(pictures, `figure-${at + 1}.png`) });
    const box = await figure.boundingBox();
    assert.ok(box && box.width > 300 && box.height > 100, JSON.stringify(box));
  }
  await page.close();
});

test("before it is run, the notebook of one's own scans shows a picture in each volume's place, and nothing below it", {
  timeout: patience,
}, async () => {
  const page = await open(`/tree/${basename(folder)}/12-your-own-scans.ipynb`);
  const places = page.locator('.jp-OutputArea-output[data-mime-type="text/html"]:has(img)'); // what JupyterLab leaves of the markup has no id
  await places.nth(1).waitFor({ timeout: patience });
  for (const place of await places.all()) {
    await place.scrollIntoViewIfNeeded();
    const [whole, picture] = await Promise.all([place.boundingBox(), place.locator("img").boundingBox()]);
    assert.ok(whole && picture && picture.height > 100, JSON.stringify([whole, picture]));
    assert.ok(whole.height - picture.height < 30, JSON.stringify([whole, picture]));
  }
  assert.deepEqual([await places.count(), await places.locator("canvas, div[style*=height]").count()], [2, 0]);
  await page.close();
});

test("a scan of one's own with its mask is shown to be turned and sliced, without a network", {
  timeout: 2 * patience,
}, async () => {
  const page = await runAll("12-your-own-scans.ipynb", (url) =>
    assert.ok(url.startsWith(new URL(lab.address).origin), url),
  );
  const viewers = page.locator('[id^="arco-volume-"][data-live="yes"]');
  for (const at of [1, 0]) {
    await page.locator('[id^="arco-volume-"]').nth(at).scrollIntoViewIfNeeded();
    await viewers.nth(at).waitFor({ timeout: patience });
  }
  const canvas = viewers.first().locator("canvas");
  const shown = await canvas.screenshot({ path: join(pictures, "volume.png") });
  const { width, height, pixels } = await page.evaluate(readPicture, shown.toString("base64"));
  assert.ok(width > 500 && height > 300, `${width}×${height}`);
  const share = (is: (red: number, green: number, blue: number) => boolean) =>
    Array.from({ length: width * height }, (_, i) => is(pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2])).filter(
      Boolean,
    ).length /
    (width * height);
  assert.ok(
    share((red, green, blue) => red > 40 && Math.abs(red - green) < 8 && Math.abs(green - blue) < 8) > 0.05,
    "the scan is grey",
  );
  assert.ok(share((red, green, blue) => red > blue + 60 && green > blue + 30) > 0.001, "one class is orange");
  assert.ok(share((red, green, blue) => blue > red + 40 && green > red + 20) > 0.001, "the other is blue");
  await canvas.hover({ position: { x: 250, y: 150 } });
  await page.mouse.wheel(0, 200);
  await setTimeout(1000);
  assert.notDeepEqual(
    await canvas.screenshot({ path: join(pictures, "volume-wheel.png") }),
    shown,
    "the wheel leads to another slice",
  );
  await page.close();
});

test("100,000 lines are shown to the last; a restarted kernel is idle again, and so is the one of a notebook opened again", {
  timeout: 3 * patience,
}, async () => {
  const path = `/tree/${basename(folder)}/lines.ipynb`;
  const page = await open(path);
  await whenConnected(page);
  await menu(page, "Run", "Run All Cells");
  await page.getByText("[1]:").waitFor({ timeout: patience });
  const lines = (await page.locator(".jp-OutputArea-output").innerText()).trim().split("\n");
  assert.deepEqual([lines.length, lines[0], lines.at(-1)], [100_000, "line 1", "line 100000"]);
  await menu(page, "Kernel", "Restart Kernel…");
  await page.locator(".jp-Dialog .jp-mod-accept").click();
  await page.locator(".jp-Dialog").waitFor({ state: "detached", timeout: patience });
  await whenConnected(page);
  await page.close();
  const again = await open(path);
  await whenConnected(again);
  await again.close();
});

test("Interrupt ends a training: the cell says so, the run stops and keeps what it has", {
  timeout: 2 * patience,
}, async () => {
  const page = await open(`/tree/${basename(folder)}/long.ipynb`);
  await whenConnected(page);
  await menu(page, "Run", "Run All Cells");
  await page
    .getByText(/: step \d+ of 100000/)
    .first()
    .waitFor({ timeout: patience });
  await menu(page, "Kernel", "Interrupt Kernel");
  await page.getByText("the cell was stopped").waitFor({ timeout: patience });
  await page.screenshot({ path: join(pictures, "interrupted.png") });
  const logs = readdirSync(runs)
    .filter((name) => existsSync(join(runs, name, "config.json")))
    .filter((name) => JSON.parse(readFileSync(join(runs, name, "config.json"), "utf8")).steps === longSteps)
    .map((name) => join(runs, name, "log.jsonl"));
  assert.ok(logs.length >= 1, "as many as run side by side here");
  const saved = logs.map((log) => join(log, "..", "checkpoints", "last.safetensors"));
  for (const end = performance.now() + patience; !saved.every(existsSync) && performance.now() < end; )
    await setTimeout(200); // the steps they were in
  const lengths = () => logs.map((log) => readFileSync(log).length);
  const before = lengths();
  await setTimeout(3000);
  assert.deepEqual(lengths(), before, "nothing is trained any more");
  assert.ok(saved.every(existsSync));
  await page.close();
});

/** Opens a notebook, runs all its cells and waits for the last; `asked` hears of everything that the page asks for. */
async function runAll(name: string, asked?: (url: string) => void): Promise<Page> {
  const page = await open(`/tree/${basename(folder)}/${name}`);
  if (asked) page.on("request", (request) => /^(http|ws)/.test(request.url()) && asked(request.url()));
  await whenConnected(page);
  await menu(page, "Edit", "Clear Outputs of All Cells");
  await menu(page, "Run", "Run All Cells");
  const count = await page.locator(".jp-CodeCell").count();
  await page.waitForFunction(
    (total) =>
      [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].filter((prompt) =>
        /\[\d+\]/.test(prompt.textContent ?? ""),
      ).length === total,
    count,
    { timeout: patience },
  );
  for (const kind of ["error", "stderr"])
    assert.equal(
      await page.locator(`.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.${kind}"]`).count(),
      0,
    );
  return page;
}

/** The pixels of a PNG, red, green, blue and opacity side by side; runs in the page. */
async function readPicture(base64: string): Promise<{ width: number; height: number; pixels: number[] }> {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context?.drawImage(picture, 0, 0);
  return { width, height, pixels: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
}

/** Waits until a page shows its kernel idle, and a moment more: a cell run while the page still connects is lost. */
async function whenConnected(page: Page): Promise<void> {
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout: patience });
  await setTimeout(1500);
}
