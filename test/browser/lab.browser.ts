import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
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
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, errors, type Page } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pictures = join(root, "test-results");
const executablePath =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const quiet = [
  "--no-sandbox",
  "--use-gl=angle", // WebGL 2 without a graphics card
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const patience = 240_000;

mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(root, "notebooks", "browser-test-")); // below the checkout, as every notebook; JupyterLab writes into it
const runs = mkdtempSync(join(tmpdir(), "browser-runs-"));
let lab: ChildProcess;
let address: string;
let browser: Browser;

const longSteps = 100000;

/** A notebook whose only cell trains far longer than the test waits. */
const longTraining = {
  cells: [
    {
      cell_type: "code",
      execution_count: null,
      id: "training",
      metadata: {},
      outputs: [],
      source: [
        'import { parameters, progress, quickstart } from "arco";\n',
        "const { runs, preset } = parameters();\n",
        `await progress("Training", (live) => quickstart({ runs, seeds: [0], config: { preset, steps: ${longSteps} }, ...live }));\n`,
        'console.log("never printed");',
      ],
    },
  ],
  metadata: { kernelspec: { name: "arco", display_name: "TypeScript (arco)", language: "typescript" } },
  nbformat: 4,
  nbformat_minor: 5,
};

before(async () => {
  for (const name of ["01-quickstart.ipynb", "12-your-own-scans.ipynb"])
    copyFileSync(join(root, "notebooks", name), join(folder, name));
  writeFileSync(join(folder, "long.ipynb"), JSON.stringify(longTraining));
  const port = await freePort();
  address = `http://127.0.0.1:${port}/lab`;
  const settings = [
    "--no-browser",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=test",
  ];
  const environment = { ...process.env, ARCO_RUNS: runs, ARCO_PRESET: "smoke", ARCO_SEEDS: "1" };
  lab = spawn("npm", ["run", "lab", "--", ...settings], {
    cwd: root,
    env: environment,
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await ready(lab);
  browser = await chromium.launch({ executablePath, args: quiet });
});

after(async () => {
  await browser?.close();
  if (lab?.pid) process.kill(-lab.pid, "SIGTERM"); // npm, JupyterLab and its kernels are one group
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

test("all cells of the quick start run, its figures are visible, and become live under the pointer", {
  timeout: 2 * patience,
}, async () => {
  const page = await runAll("01-quickstart.ipynb");
  assert.match((await page.locator(".jp-CodeCell").nth(1).textContent()) ?? "", /Training: done/); // cells out of view have no innerText
  const figures = page.locator(
    '.jp-OutputArea-output[data-mime-type="application/vnd.plotly.v1+json"], .jp-RenderedPlotly',
  );
  const shown = await figures.count();
  assert.equal(shown, 5);
  for (let at = 0; at < shown; at++) {
    const figure = figures.nth(at);
    await figure.scrollIntoViewIfNeeded();
    await figure.screenshot({ path: join(pictures, `figure-${at + 1}.png`) });
    const box = await figure.boundingBox();
    assert.ok(box && box.width > 300 && box.height > 100, JSON.stringify(box));
  }
  await figures.first().scrollIntoViewIfNeeded();
  await figures.first().hover();
  await page.locator(".js-plotly-plot .main-svg").first().waitFor({ timeout: patience });
  await page.screenshot({ path: join(pictures, "quickstart-live.png") });
  await page.close();
});

test("a scan of one's own with its mask is shown to be turned and sliced, without a network", {
  timeout: 2 * patience,
}, async () => {
  const page = await runAll("12-your-own-scans.ipynb", (url) =>
    assert.ok(url.startsWith(new URL(address).origin), url),
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

test("Interrupt ends a training: the cell says so, the run stops and keeps what it has", {
  timeout: 2 * patience,
}, async () => {
  const page = await open(`/tree/${basename(folder)}/long.ipynb`);
  await whenConnected(page);
  await menu(page, "Run", "Run All Cells");
  await page.getByText(/run 1 of \d+ .* step \d+ of 100000/).waitFor({ timeout: patience });
  await menu(page, "Kernel", "Interrupt Kernel");
  await page.getByText("the cell was stopped").waitFor({ timeout: patience });
  await page.screenshot({ path: join(pictures, "interrupted.png") });
  const logs = readdirSync(runs)
    .filter((name) => existsSync(join(runs, name, "config.json")))
    .filter((name) => JSON.parse(readFileSync(join(runs, name, "config.json"), "utf8")).steps === longSteps)
    .map((name) => join(runs, name, "log.jsonl"));
  assert.equal(logs.length, 1);
  const saved = join(logs[0], "..", "checkpoints", "last.safetensors");
  for (const end = performance.now() + patience; !existsSync(saved) && performance.now() < end; ) await setTimeout(200); // the step it was in
  const length = readFileSync(logs[0]).length;
  await setTimeout(3000);
  assert.equal(readFileSync(logs[0]).length, length, "nothing is trained any more");
  assert.ok(existsSync(saved));
  await page.close();
});

test("the report opens without a network and asks for nothing but itself", async () => {
  const context = await browser.newContext({ offline: true, viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => void asked.push(request.url()));
  const file = pathToFileURL(join(runs, "report.html")).href;
  await page.goto(file);
  assert.deepEqual(
    asked.filter((url) => !url.startsWith("data:")),
    [file],
  );
  assert.ok((await page.locator("figure svg").count()) >= 5);
  await page.screenshot({ path: join(pictures, "report.png"), fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 420, height: 900 });
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
    "no sideways scrolling on a phone",
  );
  await page.screenshot({ path: join(pictures, "report-phone-dark.png") });
  await context.close();
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

async function open(path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 950 } });
  await page.goto(`${address}${path}?reset&token=test`, { timeout: patience });
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: patience });
  return page;
}

/**
 * A cell run while a page still connects to its kernel is lost. It was seen once that JupyterLab's page never heard that its kernel is idle;
 * a person reloads it then, and so does this, saying what the page showed.
 */
async function whenConnected(page: Page): Promise<void> {
  const status = () => document.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status");
  const isIdle = (timeout: number) =>
    page.waitForFunction(
      () => document.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status") === "idle",
      undefined,
      { timeout },
    );
  try {
    await isIdle(patience / 4);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    console.error(`The page was reloaded: its kernel was "${await page.evaluate(status)}".`);
    await page.reload({ timeout: patience });
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: patience });
    await isIdle(patience);
  }
  await setTimeout(1500);
}

async function menu(page: Page, name: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: name }).first().click();
  await page.locator(".lm-Menu-itemLabel", { hasText: item }).first().click();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const found = server.address();
      server.close(() => (found && typeof found === "object" ? resolve(found.port) : reject(new Error("no port"))));
    });
  });
}

/** Waits until JupyterLab says that it serves. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.on("data", (data) => {
      said += data;
      if (said.includes("is running at")) resolve();
    });
    child.on("close", (code) => reject(new Error(`JupyterLab ended with ${code}:\n${said}`)));
  });
}
