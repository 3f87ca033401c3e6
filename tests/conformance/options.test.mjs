// What a client sees of the engine's options and hooks, on endpoints of the protocol fixture that
// differ from /engine.io/ in one of them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { io } from "socket.io-client";
import { Polling, Wire, request, startConformance, within } from "./support.mjs";

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const polling = "EIO=4&transport=polling";
const websocket = "EIO=4&transport=websocket";
const unknown = JSON.stringify({ code: 0, message: "Transport unknown" });

/** The status and the body that refuse a WebSocket. */
async function refusalOf(folder, query) {
  const wire = new Wire(server.protocol, { folder, query });
  await wire.end();
  return [wire.refused?.status, wire.refused?.body];
}

/** The session echoes over polling. */
async function assertAlive(session) {
  assert.equal((await session.post("4hello")).body, "ok");
  assert.equal(await session.next(), "4hello");
}

describe("transports", () => {
  test("polling alone: nothing to upgrade to, and WebSocket is unknown", async () => {
    const folder = "/polling-only/";
    const session = await Polling.open(server.protocol, folder);
    assert.deepEqual(session.handshake.upgrades, []);
    for (const query of [websocket, `${websocket}&sid=${session.sid}`, "EIO=3&transport=websocket"])
      assert.deepEqual(await refusalOf(folder, query), [400, "Transport unknown"]);
    const plain = await request(server.protocol, "GET", `${folder}?${websocket}`);
    assert.deepEqual([plain.status, plain.body], [400, unknown]);
    await assertAlive(session);
  });

  test("WebSocket alone: polling is unknown, whatever the method", async () => {
    const folder = "/websocket-only/";
    for (const method of ["GET", "POST", "PUT"]) {
      const { status, body } = await request(server.protocol, method, `${folder}?${polling}&sid=x`);
      assert.deepEqual([status, body], [400, unknown]);
    }
    const wire = await Wire.open(server.protocol, { folder });
    wire.send("4hello");
    assert.equal(await wire.next(), "4hello");
    wire.destroy();
  });
});

describe("allowUpgrades", () => {
  test("off: none is offered, one that is tried is a bad request, the session lives", async () => {
    const folder = "/no-upgrades/";
    const session = await Polling.open(server.protocol, folder);
    assert.deepEqual(session.handshake.upgrades, []);
    assert.deepEqual(await refusalOf(folder, `${websocket}&sid=${session.sid}`), [400, "Bad request"]);
    await assertAlive(session);
    (await Wire.open(server.protocol, { folder })).destroy();
  });
});

describe("headers and initial_headers", () => {
  const folder = "/headers/";

  test("over polling: both on the handshake, one on every later answer, none on a refusal", async () => {
    const seen = async (method, query, options) => {
      const { headers } = await request(server.protocol, method, `${folder}?${query}`, options);
      return [headers["x-session"], headers["x-answer-to"]];
    };
    assert.deepEqual(await seen("GET", polling), ["new", "GET"]);
    const { sid } = await Polling.open(server.protocol, folder);
    assert.deepEqual(await seen("POST", `${polling}&sid=${sid}`, { body: "4a" }), [undefined, "POST"]);
    assert.deepEqual(await seen("GET", `${polling}&sid=${sid}`), [undefined, "GET"]);
    assert.deepEqual(await seen("GET", `${polling}&sid=nobody`), [undefined, undefined]);
  });

  test("over WebSocket: on the 101, the one of an upgrade as a later answer", async () => {
    const accepted = async (query) => {
      const wire = new Wire(server.protocol, { folder, query });
      const { headers } = await within(new Promise((resolve) => { wire.socket.once("upgrade", resolve); }), "101");
      wire.destroy();
      return [headers["x-session"], headers["x-answer-to"]];
    };
    assert.deepEqual(await accepted(websocket), ["new", "GET"]);
    const { sid } = await Polling.open(server.protocol, folder);
    assert.deepEqual(await accepted(`${websocket}&sid=${sid}`), [undefined, "GET"]);
  });

  test("one that would end its line is left out", async () => {
    const { status, headers } = await request(server.protocol, "GET", `${folder}?${polling}`);
    assert.equal(status, 200);
    assert.equal(headers["x-refused"], undefined);
    assert.equal(headers["x-evil"], undefined);
  });
});

describe("upgrade of a stock client", () => {
  const connect = (options) => io(`http://127.0.0.1:${server.protocol}/upgrades`, { forceNew: true, ...options });

  test("the server is told when its connection has moved to WebSocket", async () => {
    const client = connect({ transports: ["polling", "websocket"] });
    const transport = await within(new Promise((resolve) => { client.once("upgraded", resolve); }), "upgraded");
    assert.equal(transport, "websocket");
    assert.equal(client.io.engine.transport.name, "websocket");
    client.disconnect();
  });

  test("and not when it began there", async () => {
    const client = connect({ transports: ["websocket"] });
    client.once("upgraded", () => assert.fail("told of no upgrade"));
    await within(new Promise((resolve) => { client.once("connect", resolve); }), "the connection");
    // What was sent before comes before the answer to this.
    await within(new Promise((resolve) => { client.io.engine.once("ping", resolve); }), "a ping");
    client.disconnect();
  });
});
