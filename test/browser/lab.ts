import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where pictures of what was seen are left. */
export const pictures = join(root, "test-results");
/** Milliseconds that a test waits for a page. */
export const patience = 240_000;

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

/** The system's browser, without a network of its own doing. */
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: quiet });

/** A JupyterLab of the checkout, and its address. */
export interface Lab {
  address: string;
  close(): void;
}

/** Starts JupyterLab as a person does, with settings and workspaces of its own in a folder. */
export async function openLab(folder: string, environment: Record<string, string> = {}): Promise<Lab> {
  const port = await freePort();
  const settings = [
    "--no-browser",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=test",
  ];
  const own = {
    JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
  };
  const lab = spawn("npm", ["run", "lab", "--", ...settings], {
    cwd: root,
    env: { ...process.env, ...own, ...environment },
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const close = () => void (lab.pid && process.kill(-lab.pid, "SIGTERM")); // npm, JupyterLab and its kernels are one group
  await ready(lab);
  await answers(port);
  return { address: `http://127.0.0.1:${port}/lab`, close };
}

/** Opens a page of JupyterLab and waits until it is there. */
export async function openPage(
  browser: Browser,
  { address }: Lab,
  path: string,
  viewport = { width: 1300, height: 950 },
): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.goto(`${address}${path}?reset&token=test`, { timeout: patience });
  await page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: patience });
  return page;
}

/** Chooses an item of a menu, or of a menu in it. */
export async function menu(page: Page, name: string, ...items: string[]): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: name }).first().click();
  for (const item of items) await page.locator(".lm-Menu-itemLabel", { hasText: item }).first().click();
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

/** Waits until a port takes connections, which JupyterLab announces a moment before. */
async function answers(port: number): Promise<void> {
  const end = performance.now() + 30_000;
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket
        .on("connect", () => {
          socket.destroy();
          resolve(true);
        })
        .on("error", () => resolve(false));
    });
    if (isOpen) return;
    if (performance.now() > end) throw new Error(`JupyterLab: nothing answers at port ${port}`);
    await setTimeout(50);
  }
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
