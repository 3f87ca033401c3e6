// The same exchanges with veche and with Node's socket.io under the seed's handlers. No difference
// but those in differences.mjs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { secret, startWorld, tokenOf, within, world } from "../product/support.mjs";
import { differences } from "./differences.mjs";
import { exchanges } from "./exchanges.mjs";
import { startSeed } from "./seed_server.mjs";
import { normalized, Side } from "./wire.mjs";

/** What veche says, without the fields that it adds to an object of the seed's. */
function withoutAdditions(seed, veche) {
  if (seed === null || veche === null || typeof seed !== "object" || typeof veche !== "object") return veche;
  if (Array.isArray(veche)) return veche.map((value, i) => (i in seed ? withoutAdditions(seed[i], value) : value));
  return Object.fromEntries(Object.entries(veche)
    .filter(([key]) => key in seed).map(([key, value]) => [key, withoutAdditions(seed[key], value)]));
}

describe("veche and Node's socket.io", () => {
  let veche;
  let seed;
  before(async () => {
    veche = await startWorld();
    seed = await startSeed(world, secret);
  });
  after(async () => {
    await veche.stop();
    await seed.stop();
  });

  test("there are at least 60 exchanges, and every difference names one", () => {
    assert.ok(Object.keys(exchanges).length >= 60);
    for (const name of Object.keys(differences)) assert.ok(name in exchanges, name);
  });

  for (const [name, exchange] of Object.entries(exchanges)) {
    test(name, async () => {
      const sides = [new Side(seed, tokenOf), new Side(veche, tokenOf)];
      try {
        const [theirs, ours] = (await within(Promise.all(sides.map(exchange)), name)).map(normalized);
        const same = () => assert.deepEqual(withoutAdditions(theirs, ours), theirs);
        const known = differences[name];
        if (known === undefined) return same();
        assert.deepEqual(ours, known.veche, known.why);
        assert.throws(same, assert.AssertionError, "the difference has gone");
      } finally {
        for (const side of sides) side.finish();
      }
    });
  }
});
