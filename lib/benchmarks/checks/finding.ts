import { Problem } from "../../problem.js";
import type { Finding } from "../benchmark.js";

/** Looks at one file; the Problem that `look` throws is what was found. */
export async function finding(path: string, look: (path: string) => void | Promise<void>): Promise<Finding> {
  try {
    await look(path);
    return { path, ok: true, message: "" };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { path, ok: false, message: error.message };
  }
}
