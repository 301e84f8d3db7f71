import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parsedJson } from "../lib/json.js";
import { Problem } from "../lib/problem.js";

const said = (text: string): string => {
  try {
    parsedJson(text, "a.json", "correct it");
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.message;
  }
  return assert.fail(`${text} is JSON`);
};

test("what is wrong with a text is one line that says in which line and column", () => {
  for (const [text, message] of [
    ['{\n "a": 1,\n}', "line 3, column 1: Expected double-quoted property name"],
    ['{\r\n "a": [1 2]}', "line 2, column 10: Expected ',' or ']' after array element"],
    ['{"a":\n  tru}', 'line 2, column 3: found "t"'],
    ["{\n 'a': 1}", "line 2, column 2: Expected property name or '}'"],
    ['{"a": NaN}', 'line 1, column 7: found "N"'],
    ['{"a":\n [1', "line 2, column 4: Expected ',' or ']' after array element"],
    ["", "line 1, column 1: it ends here, and is not complete"],
    ["\u0000\u0001", 'line 1, column 1: found "\\u0000"'],
  ])
    assert.equal(said(text), `a.json: not JSON: ${message}; correct it`);
});

test("a byte-order mark is passed over, and any text is a value or a Problem of one line", () => {
  assert.deepEqual(parsedJson('\ufeff{"a": [1]}', "a.json", ""), { a: [1] });
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3 }), (text, at, inserted) => {
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + inserted + text.slice(place);
      let value: unknown;
      try {
        value = JSON.parse(changed);
      } catch {
        assert.match(said(changed), /^a\.json: not JSON: line \d+, column \d+: [^\n]*; correct it$/);
        return;
      }
      assert.deepEqual(parsedJson(changed, "a.json", ""), value);
    }),
  );
});
