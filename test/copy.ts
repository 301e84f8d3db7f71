import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A copy of the checkout whose library may be edited; what was set up is shared with the real one, in which it lies. It is gone when the process ends. */
export function copyOfCheckout(): { folder: string; edit: (file: string, change: (text: string) => string) => void } {
  mkdirSync(join(root, "test-results"), { recursive: true });
  const folder = mkdtempSync(join(root, "test-results", "copy-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["lib", "package.json", "tsconfig.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of [".engine", "data"]) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, "node_modules")); // the other packages are found further up
  symlinkSync(join(folder, "lib"), join(folder, "node_modules", "arco"));
  return {
    folder,
    edit(file, change) {
      const path = join(folder, "lib", file);
      const before = readFileSync(path, "utf8");
      const after = change(before);
      if (after === before) throw new Error(`${file}: nothing was changed`);
      writeFileSync(path, after);
    },
  };
}
