/** All the memory that HDF5 in WebAssembly can have, in bytes. */
export const mostMemory = 2 ** 31;

let limit = mostMemory;
let refused = false;

/** Loads a library that emscripten made, so that `inRoom` bounds its memory. There is no option for that: the function by which WebAssembly asks for more is replaced. */
export async function bounded<T>(load: () => Promise<T>): Promise<T> {
  const { instantiate } = WebAssembly;
  let found = false;
  const replaced = (bytes: BufferSource, imports: WebAssembly.Imports = {}) => {
    const { env } = imports;
    const grow = env?.emscripten_resize_heap;
    if (typeof grow === "function") {
      found = true;
      env.emscripten_resize_heap = (size: number) => {
        refused = size >>> 0 > limit;
        return !refused && grow(size);
      };
    }
    return instantiate(bytes, imports);
  };
  Object.assign(WebAssembly, { instantiate: replaced });
  try {
    const library = await load();
    if (!found) throw new Error("HDF5 takes its memory in another way than its version 0.10.3 did; see hdf5Memory.ts");
    return library;
  } finally {
    Object.assign(WebAssembly, { instantiate });
  }
}

/** Where a library in WebAssembly has its memory. */
export interface Heap {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(at: number): void;
}

/** Works while the library can have so many bytes more, but no others; throws what `tooLittle` says where that was not enough. */
export function inRoom<T>(heap: Heap, bytes: number, work: () => T, tooLittle: () => Error): T {
  const room = bytes < mostMemory ? heap._malloc(bytes) : 0; // takes addresses, but no memory before they are written to
  const bound = room !== 0; // where so much is not to be had, all there is may be needed
  if (bound) limit = heap.HEAPU8.length;
  const others = bound ? blocksOf(heap) : []; // left free by what was read before
  heap._free(room);
  refused = false;
  try {
    return work();
  } catch (error) {
    throw refused ? tooLittle() : error;
  } finally {
    for (const block of others) heap._free(block);
    limit = mostMemory;
  }
}

/** Everything that is free in a heap that cannot grow. */
function blocksOf(heap: Heap): number[] {
  const blocks: number[] = [];
  for (let size = 2 ** 30; size >= 2 ** 20; size /= 2)
    for (let block = heap._malloc(size); block !== 0; block = heap._malloc(size)) blocks.push(block);
  return blocks;
}
