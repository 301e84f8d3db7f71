import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const outcome = fileURLToPath(new URL("convOutcome.ts", import.meta.url));

/** The bits of a convolution of a volume and of its gradients, as a process of its own finds them. */
const bits = (threads: number) =>
  execFileSync(process.execPath, ["--import", "tsx", outcome], {
    encoding: "utf8",
    env: { ...process.env, ARCO_THREADS: String(threads) },
  });

test("our own convolution of volumes and its gradients have the same bits in every process, with one thread or two", () => {
  const found = bits(1);
  assert.match(found, /^[0-9a-f]{64} [0-9a-f]{64} [0-9a-f]{64}$/);
  assert.deepEqual([bits(2), bits(2)], [found, found]);
});
