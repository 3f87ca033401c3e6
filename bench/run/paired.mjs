// Two builds of one server, measured in turn until their ratio is known well enough.
import { quartileRatio } from "./statistics.mjs";

const order = ["base", "head", "head", "base"];
const halfWidth = 0.02;
const blocksMin = 6;

/**
 * Blocks of base, head, head, base, so that what drifts slowly falls on both alike. It ends when
 * the interval of the ratio is 2 % to either side, or after `most` blocks. `measure(name)` gives a
 * figure. What quartileRatio() says, and { blocks }.
 */
export async function paired(measure, { most, said = () => {} }) {
  const blocks = [];
  let ratio;
  while (blocks.length < most) {
    const block = { base: [], head: [] };
    for (const name of order) block[name].push(await measure(name));
    blocks.push(block);
    ratio = quartileRatio(blocks);
    said(blocks.length, ratio);
    if (blocks.length >= blocksMin && ratio.high - ratio.low <= 2 * halfWidth) break;
  }
  return { ...ratio, blocks: blocks.length };
}
