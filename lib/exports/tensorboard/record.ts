/** A record of a TFRecord file: its length, the length's checksum, its bytes, and theirs. */
export function record(bytes: Uint8Array): Buffer {
  const written = Buffer.alloc(bytes.length + 16);
  written.writeBigUInt64LE(BigInt(bytes.length), 0);
  written.writeUInt32LE(masked(crc32c(written.subarray(0, 8))), 8);
  written.set(bytes, 12);
  written.writeUInt32LE(masked(crc32c(bytes)), bytes.length + 12);
  return written;
}

/** As TensorFlow stores a checksum: turned by 15 bits, plus a constant, so that the checksum of data that hold checksums is not zero. */
const masked = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

/** CRC-32C (Castagnoli), reflected, polynomial 0x82f63b78. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
