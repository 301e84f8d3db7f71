// Ways to show something besides printing it: the library's, and tslab's `display`.
require("./typescript.cjs"); // before tslab
const { display } = require("tslab");
const jupyter = require("tslab/dist/jupyter.js");
const { publish } = require("./output.cjs");

/** @param {object} content @param {boolean} [update] */
const write = (content, update) => publish(update ? "update_display_data" : "display_data", content);

/**
 * Shows one thing in several forms: `data` maps MIME types to values; `id` with `update` replaces an earlier display.
 * @param {object} data
 * @param {{ id?: string, update?: boolean, metadata?: object }} [place]
 */
function bundle(data, { id, update = false, metadata = {} } = {}) {
  write({ data, metadata, transient: id === undefined ? {} : { display_id: id } }, update);
}

function offerDisplay() {
  Reflect.set(globalThis, Symbol.for("arco.bundle"), bundle);
  Object.defineProperty(display, "bundle", { value: bundle });
  Object.assign(jupyter, { lastWriteDisplayData: write }); // what tslab's own `display` calls
}

module.exports = { offerDisplay };
