/** Slices that are decoded together: all slices of a volume, or one slice with a file of its own. */
export interface Group {
  slices: number;
  /** Whether labels are kept beside the images. */
  labeled: boolean;
}

/** What decoding a group gives: its slices one after the other. */
export interface Decoded {
  images: Float32Array; // [slices, ...shape, channels]
  labels?: Int8Array; // [slices, ...shape]
}

/** Decoded slices, kept once for all threads of the process. */
export interface Shelf {
  memory: SharedArrayBuffer;
  /** One slice, decoding its group if no thread has done so yet. The arrays are the caller's own. */
  read(group: number, slice: number): Promise<{ image: Float32Array; label?: Int8Array }>;
}

const empty = 0;
const plain = 1;
const coded = 2;
/** Scanners deliver 12 bits: with at most this many distinct values in a group, a pixel is kept as a 16-bit code, exactly. */
const colors = 4096;

/**
 * A shelf with room for every group. The room is bounded by the sizes given, and memory that was never written costs nothing.
 * Two threads may decode the same group at once: both write the same bytes, so no lock is needed.
 */
export function shelf(
  groups: readonly Group[],
  pixels: number,
  channels: number,
  decode: (group: number) => Promise<Decoded>,
  memory?: SharedArrayBuffer,
): Shelf {
  const values = pixels * channels;
  const places = layout(groups, values, pixels);
  const shared = memory ?? new SharedArrayBuffer(places.bytes);
  const flags = new Int32Array(shared, 0, groups.length);
  const pending = new Map<number, Promise<void>>();

  async function fill(group: number): Promise<void> {
    const { images, labels } = await decode(group);
    const { palette, image, label } = places.groups[group];
    const coding = encode(images);
    if (labels) new Int8Array(shared, label, labels.length).set(labels);
    if (coding) {
      new Float32Array(shared, palette, coding.palette.length).set(coding.palette);
      new Uint16Array(shared, image, images.length).set(coding.codes);
    } else new Float32Array(shared, image, images.length).set(images);
    Atomics.store(flags, group, coding ? coded : plain);
  }

  return {
    memory: shared,
    async read(group, slice) {
      if (Atomics.load(flags, group) === empty) {
        const filling = pending.get(group) ?? fill(group).finally(() => pending.delete(group));
        pending.set(group, filling);
        await filling;
      }
      const { palette, image, label } = places.groups[group];
      const found =
        Atomics.load(flags, group) === coded
          ? decoded(
              new Float32Array(shared, palette, colors),
              new Uint16Array(shared, image + 2 * slice * values, values),
            )
          : new Float32Array(shared, image + 4 * slice * values, values).slice();
      return {
        image: found,
        label: groups[group].labeled ? new Int8Array(shared, label + slice * pixels, pixels).slice() : undefined,
      };
    },
  };
}

function decoded(palette: Float32Array, codes: Uint16Array): Float32Array {
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = palette[codes[i]];
  return values;
}

/** Byte offsets of the flags, then of each group's palette, images and labels, each a multiple of 8. */
function layout(groups: readonly Group[], values: number, pixels: number) {
  let bytes = 0;
  const reserve = (size: number) => {
    const at = bytes;
    bytes += Math.ceil(size / 8) * 8;
    return at;
  };
  reserve(4 * groups.length);
  const places = groups.map(({ slices, labeled }) => ({
    palette: reserve(4 * colors),
    image: reserve(4 * slices * values),
    label: labeled ? reserve(slices * pixels) : 0,
  }));
  return { groups: places, bytes };
}

/** Values as codes into the list of distinct values, in order of appearance (open addressing on the float's bits); undefined when there are too many. */
function encode(values: Float32Array): { palette: Float32Array; codes: Uint16Array } | undefined {
  const slots = 4 * colors;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const seen = new Int32Array(slots).fill(-1);
  const palette = new Float32Array(colors);
  const paletteBits = new Uint32Array(palette.buffer);
  const codes = new Uint16Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (i > 0 && bits[i] === bits[i - 1]) {
      codes[i] = codes[i - 1];
      continue;
    }
    let slot = Math.imul(bits[i], 0x9e3779b1) >>> 18; // golden ratio, top 14 bits
    while (seen[slot] >= 0 && paletteBits[seen[slot]] !== bits[i]) slot = (slot + 1) % slots;
    if (seen[slot] < 0) {
      if (count === colors) return undefined;
      paletteBits[count] = bits[i];
      seen[slot] = count++;
    }
    codes[i] = seen[slot];
  }
  return { palette: palette.subarray(0, count), codes };
}
