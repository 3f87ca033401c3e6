// What is said about a handful of repeated measurements.

export function sorted(values) {
  return [...values].sort((a, b) => a - b);
}

/** The value at `share` (0 to 1) of the sorted values, between neighbours where it falls there. */
export function quantile(values, share) {
  const order = sorted(values);
  if (order.length === 0) return undefined;
  const at = share * (order.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return order[low] + (order[high] - order[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);

/** { median, min, max, count } of at least one value. */
export function summary(values) {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}

/** The slope of the straight line nearest to the points [[x, y], ...], by least squares. */
export function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let above = 0;
  let below = 0;
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return below === 0 ? undefined : above / below;
}

/** A sequence that is the same in every run (xorshift32), so that a verdict can be repeated. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * How much dearer `head` is than `base`, of blocks { base: [figures], head: [figures] }: the ratio
 * of their lower quartiles, and where 95 of 100 ratios of resampled blocks lie.
 * { base, head, estimate, low, high, least }, the last of the base.
 *
 * What else the machine does only ever adds to a figure, so the cheaper runs say more than the
 * middle ones, and a quartile moves less than the least. Whole blocks are resampled, because the
 * runs of a block shared their minute.
 */
export function quartileRatio(blocks, resamples = 2000) {
  const lower = (chosen, name) => quantile(chosen.flatMap((block) => block[name]), 0.25);
  const next = numbers(0x9e3779b9);
  const ratios = [];
  for (let i = 0; i < resamples; ++i) {
    const chosen = blocks.map(() => blocks[next(blocks.length)]);
    ratios.push(lower(chosen, "head") / lower(chosen, "base"));
  }
  const base = lower(blocks, "base");
  const head = lower(blocks, "head");
  return {
    base, head, estimate: head / base, low: quantile(ratios, 0.025), high: quantile(ratios, 0.975),
    least: Math.min(...blocks.flatMap((block) => block.base)),
  };
}
