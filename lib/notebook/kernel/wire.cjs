// Jupyter's messages on the wire: identities of the asker, a delimiter, a signature, then header, parent's header, metadata
// and content as JSON. https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
const { createHmac, randomUUID, timingSafeEqual } = require("node:crypto");

/**
 * @typedef {{ msg_id: string, msg_type: string, session: string, username: string, date: string, version: string }} Header
 * @typedef {{ identities: Buffer[], header: Header, parent: Header | {}, content: Record<string, unknown> }} Message
 */

/** Version of Jupyter's protocol. */
const version = "5.3";
const delimiter = "<IDS|MSG>";
const session = randomUUID();

/**
 * Reads a message. Throws where the signature is wrong.
 * @param {readonly Buffer[]} frames
 * @param {string} key
 * @returns {Message}
 */
function read(frames, key) {
  const start = frames.findIndex((frame) => frame.toString() === delimiter);
  if (start < 0) throw new Error("a message without a delimiter came");
  const parts = frames.slice(start + 2, start + 6);
  const [found, expected] = [frames[start + 1], Buffer.from(signature(parts, key))];
  if (found.length !== expected.length || !timingSafeEqual(found, expected))
    throw new Error("a message with a wrong signature came");
  const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()));
  return { identities: frames.slice(0, start), header, parent, content };
}

/**
 * A message that answers another, or belongs to it.
 * @param {Message} request
 * @param {string} type
 * @param {object} content
 * @returns {Message}
 */
function answer({ identities, header }, type, content) {
  const own = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "kernel",
    date: new Date().toISOString(),
    version,
  };
  return { identities, header: own, parent: header, content: { ...content } };
}

/**
 * @param {Message} message
 * @param {string} key
 * @returns {(Buffer | string)[]}
 */
function frames({ identities, header, parent, content }, key) {
  const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
  return [...identities, delimiter, signature(parts, key), ...parts];
}

/** @param {readonly (Buffer | string)[]} parts @param {string} key empty where messages are not signed */
function signature(parts, key) {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

module.exports = { read, answer, frames, version };
