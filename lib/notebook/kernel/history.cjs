// The cells of this session, as `history_request` asks for them: JupyterLab's console and its status look there.

/** @typedef {{ line: number, code: string, output?: string }} Entry */
/** @type {Entry[]} */
const entries = [];

/** @param {Entry} entry */
const remember = (entry) => entries.push(entry);

/**
 * Content of `history_reply`. There is one session, number 1; 0 means it too.
 * @param {Record<string, unknown>} request
 */
function history({ hist_access_type: access, output, ...request }) {
  const found = access === "range" ? range(request) : access === "search" ? search(request) : tail(entries, request.n);
  return {
    status: "ok",
    history: found.map(({ line, code, output: text = null }) => [1, line, output === true ? [code, text] : code]),
  };
}

/** Lines from `start` up to the one before `stop`. @param {Record<string, unknown>} request */
function range({ session = 0, start = 1, stop }) {
  if (session !== 0 && session !== 1) return [];
  const end = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
  return entries.filter(({ line }) => line >= Number(start) && line < end);
}

/** `*` and `?` in the pattern mean what they do in names of files. @param {Record<string, unknown>} request */
function search({ pattern = "*", unique, n }) {
  const literal = String(pattern).replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const glob = new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
  const found = entries.filter(({ code }) => glob.test(code));
  const latest = new Map(found.map((entry) => [entry.code, entry])); // of equal cells the last
  return tail(unique === true ? found.filter((entry) => latest.get(entry.code) === entry) : found, n);
}

/** @param {readonly Entry[]} of @param {unknown} n all where it is no number */
const tail = (of, n) => (typeof n === "number" ? of.slice(Math.max(0, of.length - n)) : [...of]);

module.exports = { history, remember };
