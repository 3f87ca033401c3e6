// The same conversation over polling, over WebSocket, and through an upgrade, on several loops.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, settled, startWorld, until } from "./support.mjs";

const ways = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
};

describe("R1: polling, WebSocket, upgrade", () => {
  let server;
  before(async () => { server = await startWorld({ args: ["--loops", "3"] }); });
  after(async () => { await server.stop(); });

  for (const [name, options] of Object.entries(ways)) {
    test(`${name}: sends, acks and deliveries, each once and in order`, async () => {
      const [ann, bob] = await Promise.all([connected(server, "ann", options), connected(server, "bob", ways.websocket)]);
      if (name === "upgrade") {
        await until(() => ann.io.engine.transport.name === "websocket", "the upgrade");
      } else {
        assert.equal(ann.io.engine.transport.name, name);
      }
      assert.equal((await ann.ask("chat:join", { chatId: "pair" })).success, true);
      const texts = Array.from({ length: 30 }, (_, i) => `${name} ${i} — ёжик 🦔`);
      const acks = await Promise.all(texts.map((text) => ann.ask("message:send", { chatId: "pair", text })));
      assert.deepEqual(acks.map((ack) => ack.message.text), texts);
      await bob.next("message:new", 30);
      await settled(bob);
      for (const socket of [ann, bob]) {
        assert.deepEqual(socket.of("message:new").map(([message]) => message.text), texts, name);
      }
      ann.disconnect();
      bob.disconnect();
    });
  }

  test("messages that cross an upgrade are neither lost nor doubled", async () => {
    const bob = await connected(server, "bob", ways.websocket);
    for (let round = 0; round < 5; ++round) {
      const count = bob.of("message:new").length;
      const ann = await connected(server, "ann", ways.upgrade);
      const acks = await Promise.all(Array.from({ length: 40 }, (_, i) => ann.ask("message:send", { chatId: "pair", text: `${round}/${i}` })));
      assert.ok(acks.every((ack) => ack.success));
      await bob.next("message:new", count + 40);
      assert.equal(ann.of("message:new").length, 40);
      assert.deepEqual(bob.of("message:new").slice(count).map(([message]) => message.text), acks.map((ack) => ack.message.text));
      ann.disconnect();
    }
    bob.disconnect();
  });

  test("many polling clients on several loops find their sessions", async () => {
    const sockets = await Promise.all(Array.from({ length: 12 }, () => connected(server, "eve", ways.polling)));
    const [first] = sockets;
    const sent = await first.ask("message:send", { chatId: "group", text: "to all devices" });
    await Promise.all(sockets.map((socket) => socket.next("message:new")));
    for (const socket of sockets) assert.deepEqual(socket.of("message:new"), [[sent.message]]);
    for (const socket of sockets) socket.disconnect();
  });
});
