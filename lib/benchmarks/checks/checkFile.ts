import { remarksOn } from "../../images/remarks.js";
import { Problem } from "../../problem.js";
import type { FileCheck } from "../benchmark.js";

/** Looks at one file; the Problem that `check` throws is what was found, and what its header left out is remarked on. */
export async function checkFile(path: string, check: (path: string) => void | Promise<void>): Promise<FileCheck> {
  try {
    await check(path);
    return { path, ok: true, message: "", remarks: await remarksOn(path) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { path, ok: false, message: error.message };
  }
}
