import assert from "node:assert/strict";
import { test } from "node:test";
import { paired } from "./paired.mjs";
import { quantile, quartileRatio, slope, summary } from "./statistics.mjs";

test("a quantile lies between its neighbours", () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([4, 1, 3, 2], 0), 1);
  assert.equal(quantile([7], 0.25), 7);
  assert.equal(quantile([], 0.5), undefined);
});

test("a summary is the median and the two ends", () => {
  assert.deepEqual(summary([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 });
});

test("the slope is that of the nearest line, and none of a single size", () => {
  assert.equal(slope([[1000, 5000], [3000, 9000], [5000, 13_000]]), 2);
  assert.equal(slope([[1000, 5000], [1000, 9000]]), undefined);
});

test("the ratio of lower quartiles does not hear what only ever adds", () => {
  const quiet = { base: [100, 101], head: [100, 101] };
  const disturbed = { base: [100, 180], head: [250, 101] };
  const { estimate, least } = quartileRatio([quiet, disturbed, quiet, quiet]);
  assert.equal(least, 100);
  assert.ok(Math.abs(estimate - 1) < 0.01, String(estimate));
});

test("the interval of a ratio holds it, and is the same every time", () => {
  const blocks = [1, 2, 3, 4, 5, 6].map((n) => ({ base: [100 + n], head: [110 + n] }));
  const ratio = quartileRatio(blocks);
  assert.ok(ratio.low <= ratio.estimate && ratio.estimate <= ratio.high);
  assert.ok(ratio.low > 1.05);
  assert.deepEqual(quartileRatio(blocks), ratio);
});

test("pairs come as base, head, head, base, and end when the ratio is known", async () => {
  const asked = [];
  const measure = async (name) => {
    asked.push(name);
    return name === "base" ? 2 : 3;
  };
  const { estimate, blocks } = await paired(measure, { most: 9 });
  assert.equal(estimate, 1.5);
  assert.equal(blocks, 6);
  assert.deepEqual(asked.slice(0, 5), ["base", "head", "head", "base", "base"]);
});

test("pairs of a ratio that stays unknown end too", async () => {
  let count = 0;
  const { blocks } = await paired(async () => (++count % 3) + 1, { most: 7 });
  assert.equal(blocks, 7);
});
