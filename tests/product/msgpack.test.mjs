// Clients with socket.io-msgpack-parser beside clients with the default one, on one server, over both
// transports: neither side can tell what the other uses.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import WebSocket from "ws";
import msgpack from "socket.io-msgpack-parser";
import { client, startWorld, tokenOf, until, within } from "./support.mjs";

describe("socket.io-msgpack-parser", () => {
  let server;
  before(async () => { server = await startWorld({ args: ["--loops", "2"] }); });
  after(async () => { await server.stop(); });

  const packed = (id, options = {}) => client(server, { token: tokenOf(id) }, { parser: msgpack, ...options });

  for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
    test(`a chat between a msgpack and a text client over ${transports.join(" and then ")}`, async () => {
      const ann = packed("ann", { transports });
      const bob = client(server, { token: tokenOf("bob") }, { transports });
      const devices = [ann, bob, packed("bob", { transports }), client(server, { token: tokenOf("ann") }, { transports })];
      const ready = await Promise.all(devices.map((socket) => socket.next("session:ready")));
      assert.deepEqual(Object.keys(ready[0]).sort(), Object.keys(ready[1]).sort());

      assert.equal((await ann.ask("chat:join", { chatId: "group" })).success, true);
      const text = "привет \u{1F600} \"quoted\"\n".repeat(40).trim();
      const sent = await ann.ask("message:send", { chatId: "pair", text });
      assert.equal(sent.success, true);
      const told = await Promise.all(devices.map((socket) => socket.next("message:new")));
      for (const message of told) {
        assert.equal(message.text, text);
        assert.deepEqual(message, told[0]);
      }
      assert.equal((await bob.ask("message:send", { chatId: "pair", text: "back" })).success, true);
      await Promise.all(devices.map((socket) => socket.next("message:new", 2)));
      if (transports.length === 2) await until(() => ann.io.engine.transport.name === "websocket", "the upgrade");
      for (const socket of devices) socket.disconnect();
    });
  }

  test("failures read alike", async () => {
    const [packedAnn, ann] = [packed("ann"), client(server, { token: tokenOf("ann") })];
    await Promise.all([packedAnn, ann].map((socket) => socket.next("session:ready")));
    for (const [event, input] of [
      ["message:send", { chatId: "nowhere", text: "x" }],
      ["message:send", { chatId: "pair", text: 7 }],
      ["message:send", { chatId: "pair", text: Buffer.from("bytes") }],
      ["chat:join", undefined],
    ]) {
      assert.deepEqual(await packedAnn.ask(event, input), await ann.ask(event, input), `${event} ${JSON.stringify(input)}`);
    }
    for (const socket of [packedAnn, ann]) socket.disconnect();
  });

  test("without a token, and in a namespace that is none, a client is told why", async () => {
    const lost = client({ url: `${server.url}/nowhere` }, {}, { parser: msgpack });
    assert.equal((await lost.next("connect_error")).message, "Invalid namespace");
    lost.disconnect();
    const [one, other] = [client(server, {}, { parser: msgpack }), client(server, {})];
    await Promise.all([one, other].map((socket) => until(() => !socket.active || socket.of("disconnect").length + socket.of("connect_error").length > 0, "the refusal")));
    assert.deepEqual(one.seen.map(({ event }) => event), other.seen.map(({ event }) => event));
    for (const socket of [one, other]) socket.disconnect();
  });

  test("binary noise ends its own connection only", async () => {
    const bystander = packed("ann");
    await bystander.next("session:ready");
    for (const noise of [Buffer.from([0xc1]), Buffer.alloc(1000, 0x91), Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(0)]) {
      const raw = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
      await within(new Promise((resolve) => { raw.once("message", resolve); }), "the open packet");
      raw.send(noise);
      await within(new Promise((resolve) => { raw.once("close", resolve); }), "the end");
    }
    await bystander.ask("ping", {});
    bystander.disconnect();
  });
});
