import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { Problem } from "./problem.js";

const again = "and give the same command again";
const kept = "nothing that was saved before is lost";
const network = "the network disk that it is on does not answer; see to that";

const reasons: Readonly<Record<string, string | undefined>> = {
  ENOSPC: `the disk is full, ${kept}; free some space ${again}`,
  EDQUOT: `your quota on this disk is used up, ${kept}; free some space ${again}`,
  EFBIG: `files may not grow so large here (ulimit -f, or the kind of disk), ${kept}; raise the limit or choose another disk, ${again}`,
  EACCES: "this user may not do that there; choose another folder or change its permissions",
  EPERM: "this user may not do that there; choose another folder or change its permissions",
  EROFS: "the disk is read-only; choose another folder",
  ENOTDIR: "a part of this path is a file, not a folder; choose another folder",
  EISDIR: "a folder is in the way of a file of this name; move it or choose another place",
  ENOTEMPTY: "a folder that is not empty is in the way; move it or choose another place",
  EEXIST: "a file is in the way of a folder of this name; move it or choose another folder",
  ENOENT: "no such file or folder; check the name",
  ENAMETOOLONG: "a name in this path is longer than the disk allows (255 bytes on most); choose a shorter one",
  ELOOP: "links in this path lead in a circle; link to the file itself",
  EMFILE: `this process has as many files open as it may; raise the limit (ulimit -n 4096) ${again}`,
  ENFILE: `this machine has as many files open as it can; close other programs ${again}`,
  EBUSY: `another program is using it; close that one ${again}`,
  ETXTBSY: `another program is using it; close that one ${again}`,
  EDEADLK: `another program has locked it; close that one ${again}`,
  ENOLCK: `the disk gives no more locks; close other programs ${again}`,
  EMLINK: "there are as many links or folders there as the disk allows; choose another place",
  EXDEV: "two places that have to be on one disk are on different ones; choose another place",
  ESTALE: `the network disk has lost track of it; mount the disk anew ${again}`,
  ETIMEDOUT: `${network} ${again}`,
  EHOSTDOWN: `${network} ${again}`,
  ENOTCONN: `${network} ${again}`,
  EIO: "the disk answered with an error; check it",
  ENXIO: "the disk is not there any more; check it",
  ENODEV: "the disk is not there any more; check it",
  ENOMEM: `the machine has no memory left; close other programs ${again}`,
  EAGAIN: `the machine is short of processes or memory; close other programs ${again}`,
  ERR_FS_FILE_TOO_LARGE: "is larger than the 2 GiB that are read in one piece; cut it into parts",
};

const ofNetworks = /^(connect|listen|bind|accept|getaddrinfo|spawn)/; // system calls that are not about files

/** A Problem of the disk, which the next file on it would meet too. */
export class DiskProblem extends Problem {
  constructor(
    /** The file, or "the disk" where none is known. */
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}

/** What the code of an error of the file system means and what to do, in words; nothing for another error. */
export function diskReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  const reason = reasons[error.code];
  if (reason) return `${reason} (${error.code})`;
  const isOfFiles = "syscall" in error && !ofNetworks.test(String(error.syscall)) && "errno" in error;
  return isOfFiles ? `the disk says "${error.message}"; check it, ${again}` : undefined;
}

/** Does something with a file; an error of the file system becomes a Problem that names the file and says what to do. */
export function onDisk<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw diskProblem(path, error);
  }
}

/** The Problem behind an error of the file system, about a file or the one that the error names itself; any other error as it is. */
export function diskProblem(path: string | undefined, error: unknown): unknown {
  const reason = diskReason(error);
  if (reason === undefined) return error;
  const named = error instanceof Error && "path" in error ? String(error.path) : "the disk";
  return new DiskProblem(path ?? named, reason);
}

/**
 * Writes a file whole or not at all: a file beside it is written, forced to the disk and renamed.
 * (write-file-atomic does not look at how much the system wrote, so on a nearly full disk it puts a cut-off file in place.)
 * Where several processes may write the same file, `part` is to be one of their own. Content in several pieces may be of any size.
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  { part = partOf(path) } = {},
): void {
  onDisk(path, () => {
    try {
      synced(part, "w", (file) => {
        for (const piece of piecesOf(content)) writeFileSync(file, piece);
      });
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      if (!existsSync(dirname(path)))
        throw new Problem(`${path}: cannot be written: its folder is not there; make it, or choose another`);
      throw error;
    }
    syncFolder(dirname(path));
  });
}

const atOnce = 1 << 30; // bytes, below the 2 GiB that the system reads or writes in one call

function* piecesOf(content: string | Uint8Array | readonly Uint8Array[]): Generator<string | Uint8Array> {
  if (typeof content === "string") return yield content;
  for (const bytes of content instanceof Uint8Array ? [content] : content)
    for (let at = 0; at < bytes.length; at += atOnce) yield bytes.subarray(at, at + atOnce);
}

/** A file that is read piece by piece: its bytes, and those from one place to another, in memory of their own. */
export interface Pieces {
  readonly size: number;
  piece(from: number, to: number): Buffer<ArrayBuffer>;
}

/** Does something with the pieces of a file, of any size, which stays the same one even if another takes its name meanwhile. */
export function inPieces<T>(path: string, act: (pieces: Pieces) => T): T {
  return onDisk(path, () => {
    const file = openSync(path, "r");
    try {
      return act({
        get size() {
          return fstatSync(file).size;
        },
        piece(from, to) {
          const bytes = Buffer.from(new ArrayBuffer(to - from));
          for (let at = 0; at < bytes.length; ) {
            const count = readSync(file, bytes, at, Math.min(atOnce, bytes.length - at), from + at);
            if (count === 0) throw new Error(`${path} lost its end while it was read (byte ${from + at})`);
            at += count;
          }
          return bytes;
        },
      });
    } finally {
      closeSync(file);
    }
  });
}

/** Makes a folder and those it lies in, where they are not there. */
export function makeFolder(path: string): void {
  onDisk(path, () => {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      // Node.js says ENOENT whatever kept the system from making the first of several folders: that one alone says why
      mkdirSync(firstMissing(path));
      throw error;
    }
  });
}

function firstMissing(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(above) ? path : firstMissing(above);
}

const longest = 200; // bytes of a name, so that it stays below what disks allow with the ending of a part

/** Where a file is written before it takes its name; the name is short whatever that is. */
export function partOf(path: string, ending = "part"): string {
  const name = basename(path);
  return join(dirname(path), `${Buffer.byteLength(name) > longest ? shortened(name) : name}.${ending}`);
}

/** The same of this process and thread alone. */
export const ownPartOf = (path: string): string => partOf(path, `${process.pid}.${threadId}.part`);

/** A name of 64 bytes in the place of a longer one: how that begins, and a digest of the whole. */
export function shortened(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${name.replace(/[^\w.-]/g, "_").slice(0, 47)}-${digest}`;
}

function synced(path: string, flags: string, act: (file: number) => void): void {
  const file = openSync(path, flags);
  try {
    act(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Network disks may refuse this for folders, after the file itself was forced to the disk; then the name is safe as soon as they see to it. */
function syncFolder(path: string): void {
  try {
    synced(path, "r", () => {});
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!["EINVAL", "ENOTSUP", "EBADF", "EPERM", "EACCES", "EISDIR"].includes(code)) throw error;
  }
}
