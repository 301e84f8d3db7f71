import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { openLab } from "../browser/lab.js";
import { temporary } from "../temporary.js";
import { notebooks, root } from "./notebooks.js";

const folder = mkdtempSync(join(root, "notebooks", "file-browser-")); // JupyterLab writes into it
const lab = await openLab(temporary("settings-"));
after(() => {
  lab.close();
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 250 });
});

/** Asks JupyterLab for a file or folder, as its file browser does. */
async function contents(path: string, init: RequestInit = {}) {
  const address = new URL(`/api/contents/${path}`, lab.address);
  const response = await fetch(address, { ...init, headers: { authorization: "token test" } });
  assert.ok(response.ok, `${response.status} ${await response.clone().text()}`);
  return await response.json();
}

test("JupyterLab lists the notebooks without their twins, which are read and written all the same", async () => {
  const listed = async (path: string) =>
    (await contents(path)).content.map(({ name }: { name: string }) => name).sort();
  const names = notebooks.map((path) => basename(path)).sort();
  const shown = (await listed("")).filter((name: string) => name !== basename(folder));
  assert.deepEqual(
    shown.filter((name: string) => /^\d\d-/.test(name)),
    names,
  );

  const [name] = names;
  copyFileSync(join(root, "notebooks", name), join(folder, name));
  const copy = join(basename(folder), name);
  const { type, format, content } = await contents(copy);
  content.cells[0].source += "\n\nOne more sentence.";
  await contents(copy, { method: "PUT", body: JSON.stringify({ type, format, content }) });
  assert.deepEqual(await listed(basename(folder)), [name]);
  const twin = join(folder, name.replace(".ipynb", ".ts"));
  assert.ok(existsSync(twin));
  assert.match(readFileSync(twin, "utf8"), /^\/\/ One more sentence\.$/m);
});
