// The few messages of TensorFlow's event.proto and summary.proto that TensorBoard's curves and pictures need, in protobuf's wire format.

/** A PNG picture and its size. */
export interface Picture {
  png: Uint8Array;
  height: number;
  width: number;
}

/** What an event tells: its numbers and pictures by their tags, at a step. */
export interface Told {
  /** Seconds since 1970. */
  time: number;
  step: number;
  scalars?: Readonly<Record<string, number>>;
  pictures?: Readonly<Record<string, Picture>>;
}

/** The first event of a file. */
export const versionEvent = (time: number): Buffer =>
  Buffer.concat([double(1, time), bytes(3, Buffer.from("brain.Event:2"))]);

/** An event with a summary. */
export function summaryEvent({ time, step, scalars = {}, pictures = {} }: Told): Buffer {
  const values = [
    ...Object.entries(scalars).map(([tag, value]) => Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)])),
    ...Object.entries(pictures).map(([tag, { png, height, width }]) => {
      const image = Buffer.concat([integer(1, height), integer(2, width), integer(3, 3), bytes(4, png)]); // colour space 3: red, green, blue
      return Buffer.concat([bytes(1, Buffer.from(tag)), bytes(4, image)]);
    }),
  ];
  const summary = Buffer.concat(values.map((value) => bytes(1, value)));
  return Buffer.concat([double(1, time), integer(2, step), bytes(5, summary)]);
}

// A field is its number and the kind of what follows: 0 a varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes.
const key = (field: number, kind: number) => varint((field << 3) | kind);
const integer = (field: number, value: number) => Buffer.concat([key(field, 0), varint(value)]);
const bytes = (field: number, value: Uint8Array) => Buffer.concat([key(field, 2), varint(value.length), value]);

function double(field: number, value: number): Buffer {
  const written = Buffer.alloc(8);
  written.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), written]);
}

function float(field: number, value: number): Buffer {
  const written = Buffer.alloc(4);
  written.writeFloatLE(value);
  return Buffer.concat([key(field, 5), written]);
}

function varint(value: number): Buffer {
  const written: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) written.push((value % 128) | 128);
  return Buffer.from([...written, value]);
}
