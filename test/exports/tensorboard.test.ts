import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryEvent, versionEvent } from "../../lib/exports/tensorboard/event.js";
import { crc32c, record } from "../../lib/exports/tensorboard/record.js";

test("the checksum is CRC-32C, by its check value", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283); // of the Rocksoft model's catalogue, CRC-32/ISCSI
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa); // RFC 3720, B.4: 32 bytes of zeros
});

test("a file begins as TensorFlow's writer begins one", () => {
  // python: tensorboard.summary.writer.event_file_writer with wall_time 1.0, first record: 24 bytes and 16 around them
  const bytes = record(versionEvent(1));
  assert.equal(bytes.length, 40);
  assert.equal(bytes.readBigUInt64LE(0), 24n);
  assert.equal(bytes.subarray(12, 36).toString("hex"), "09000000000000f03f1a0d627261696e2e4576656e743a32");
});

test("a number of a step is a summary's value, by protobuf's wire format", () => {
  // Event { wall_time: 1, step: 300, summary { value { tag: "loss", simple_value: 0.5 } } }
  const expected = "09000000000000f03f" + "10ac02" + "2a0d" + "0a0b" + "0a046c6f7373" + "150000003f";
  assert.equal(summaryEvent({ time: 1, step: 300, scalars: { loss: 0.5 } }).toString("hex"), expected);
});
