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
import { type Browser, chromium, type Page } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pictures = join(root, "test-results");
const executablePath =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
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
  copyFileSync(join(root, "notebooks", "01-quickstart.ipynb"), join(folder, "01-quickstart.ipynb"));
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
  const page = await open(`/tree/${basename(folder)}/01-quickstart.ipynb`);
  await whenConnected(page);
  await menu(page, "Edit", "Clear Outputs of All Cells");
  await menu(page, "Run", "Run All Cells");
  const codes = page.locator(".jp-CodeCell");
  const count = await codes.count();
  await page.waitForFunction(
    (total) =>
      [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].filter((prompt) =>
        /\[\d+\]/.test(prompt.textContent ?? ""),
      ).length === total,
    count,
    { timeout: patience },
  );
  assert.equal(await page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]').count(), 0);
  assert.equal(await page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]').count(), 0);
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

async function open(path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 950 } });
  await page.goto(`${address}${path}?reset&token=test`, { timeout: patience });
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: patience });
  return page;
}

/** A cell run while a page still connects to its kernel is lost. */
async function whenConnected(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector(".jp-Notebook-ExecutionIndicator")?.getAttribute("data-status") === "idle",
    undefined,
    { timeout: patience },
  );
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
