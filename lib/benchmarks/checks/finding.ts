import { Problem } from "../../problem.js";
import type { Finding } from "../benchmark.js";

/** Looks at one file; the Problem that `check` throws is what was found. */
export async function finding(path: string, check: (path: string) => void | Promise<void>): Promise<Finding> {
  try {
    await check(path);
    return { path, ok: true, message: "" };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { path, ok: false, message: error.message };
  }
}
