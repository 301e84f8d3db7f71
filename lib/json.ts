import { parse } from "@humanwhocodes/momoa";
import { Problem } from "./problem.js";

/** The value of a JSON text of a file, a byte-order mark before it passed over. Other text throws a Problem of one line: where and what is wrong, and at its end `advice`. */
export function parsedJson(text: string, path: string, advice: string): unknown {
  const plain = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(plain);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { what, at } = faultIn(plain, error);
    const lines = plain.slice(0, at).split(/\r?\n/);
    const where = `line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
    throw new Problem(`${path}: not JSON: ${where}: ${what}; ${advice}`);
  }
}

/** V8 says in words what it expected, but not always where; momoa knows where. */
function faultIn(text: string, { message }: SyntaxError): { what: string; at: number } {
  const [, words, position] = /^(.*) in JSON at position (\d+)/s.exec(message) ?? [];
  if (words !== undefined) return { what: words, at: Number(position) };
  if (message.startsWith("Unexpected end")) return { what: "it ends here, and is not complete", at: text.length };
  const at = offsetOf(text);
  return { what: `found ${JSON.stringify(text.slice(at, at + 1))}`, at };
}

function offsetOf(text: string): number {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof Error && "offset" in error && typeof error.offset === "number") return error.offset;
  }
  return 0;
}
