// What cells print and show goes to the cell that began last, also when an earlier one's work prints it.
const { writeSync } = require("node:fs");
const { Writable } = require("node:stream");
const { StringDecoder } = require("node:string_decoder");

/** @import { Publish } from "./server.cjs" */

/** Before there is a cell, text goes to the terminal. @type {Publish} */
let send = (_, content) =>
  void writeSync(2, [Reflect.get(content, "text") ?? Object.values(content)].flat().join("\n"));

/** @type {Publish} */
const publish = (type, content) => send(type, content);

/** From now on a new cell is shown what comes. @param {Publish} to */
function direct(to) {
  send = to;
}

/**
 * Makes standard output and standard error streams whose text a cell shows. The process's own ones must not be touched
 * before: Node would make them unable to block, for the server too, which then loses what does not fit into its pipe.
 */
function replaceStreams() {
  for (const [fd, name] of Object.entries({ 1: "stdout", 2: "stderr" }))
    Object.defineProperty(process, name, {
      value: Object.assign(printed(name), { fd: Number(fd) }),
      configurable: true,
    });
}

/** @param {string} name */
function printed(name) {
  const decoder = new StringDecoder("utf8");
  return new Writable({
    decodeStrings: false,
    write: (data, encoding, done) => {
      const isPlain = typeof data === "string" && /^utf-?8$/i.test(encoding);
      const text = isPlain ? data : decoder.write(Buffer.from(data, encoding));
      if (text !== "") publish("stream", { name, text });
      done();
    },
  });
}

module.exports = { direct, publish, replaceStreams };
