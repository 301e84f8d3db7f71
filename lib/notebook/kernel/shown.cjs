// The value of a cell's last expression, in the forms that a notebook can show.
const util = require("node:util");

/** @typedef {Record<string, unknown>} Bundle values by MIME type */

const pictures = [
  { type: "image/png", signature: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "image/jpeg", signature: [0xff, 0xd8, 0xff] },
];

/**
 * An object with a method `Symbol.for("Jupyter.display")` says itself how it looks; figures, tables and pictures of the
 * library are shown as `show` does; the bytes of a PNG or JPEG file as a picture; anything else as text.
 * @param {unknown} value
 * @returns {Promise<Bundle>}
 */
async function shown(value) {
  if (typeof value === "object" && value !== null) {
    const own = Reflect.get(value, Symbol.for("Jupyter.display"));
    if (typeof own === "function") return Reflect.apply(own, value, []);
    const forms = picture(value) ?? require("../forms.ts").formsOf(value);
    if (forms) return forms;
  }
  return { "text/plain": util.format(value) };
}

/** @param {object} value @returns {Bundle | undefined} */
function picture(value) {
  if (!(value instanceof Uint8Array)) return undefined;
  const kind = pictures.find(({ signature }) => signature.every((byte, at) => value[at] === byte));
  if (!kind) return undefined;
  return { [kind.type]: Buffer.from(value).toString("base64"), "text/plain": `${kind.type}, ${value.length} bytes` };
}

module.exports = { shown };
