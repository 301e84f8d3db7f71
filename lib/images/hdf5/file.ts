import { register } from "node:module";
import { Problem } from "../../problem.js";
import { firstBytesOf } from "../file.js";
import { bounded, type Heap } from "./memory.js";

type H5 = typeof import("h5wasm/node");
/** An open HDF5 file. */
export type H5File = InstanceType<H5["File"]>;
/** A dataset of such a file. */
export type H5Dataset = InstanceType<H5["Dataset"]>;

let loaded: Promise<H5> | undefined;

/** The HDF5 library in WebAssembly, loaded when it is first needed; its errors become exceptions instead of lines on stderr. */
export function library(): Promise<H5> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<H5> {
  register("./hook.mjs", import.meta.url);
  const h5 = await bounded(async () => {
    const loading = await import("h5wasm/node");
    await loading.ready;
    return loading;
  });
  const module = await h5.ready;
  module.activate_throwing_error_handler();
  return h5;
}

/** Opens a file, works on what is in it and closes it; every error of HDF5 becomes a Problem. `heap` is where HDF5 has its memory. */
export async function within<T>(path: string, work: (file: H5File, heap: Heap) => T): Promise<T> {
  checkSignature(path);
  const h5 = await library();
  const heap = await h5.ready;
  try {
    const file = new h5.File(path, "r");
    try {
      return work(file, heap);
    } finally {
      file.close();
    }
  } catch (error) {
    const said = reason(error);
    throw said === undefined ? error : new Problem(`${path}: damaged or truncated: HDF5 says "${said}"; get it again`);
  }
}

/** The innermost of the messages that HDF5 stacks up; nothing for another error. */
export function reason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !error.message.startsWith("HDF5-DIAG")) return undefined;
  return error.message
    .split("\n")
    .filter((line) => line.includes("(): "))
    .at(-1)
    ?.split("(): ")[1];
}

const signature = "\x89HDF\r\n\x1a\n";

/** An HDF5 file begins with its signature, or has it at byte 512, 1024, 2048, … behind a block of the user. */
function checkSignature(path: string): void {
  const bytes = firstBytesOf(path, 8192, "an HDF5 file");
  if (![0, 512, 1024, 2048, 4096].some((at) => bytes.toString("latin1", at, at + 8) === signature))
    throw new Problem(
      `${path}: no signature of HDF5, expected an HDF5 file; this is another format, or the file is damaged`,
    );
}
