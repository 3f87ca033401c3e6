// Engine.IO sessions from the first ping to the last, and from one transport to the other, as
// PROTOCOL section 2 says, on the conformance fixture: the echo at /engine.io/ of the protocol port,
// and the slower pings of the client port.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Polling, Tcp, Wire, request, startConformance, until, within } from "./support.mjs";

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const folder = "/engine.io/";
const texts = { 1: "Session ID unknown", 3: "Bad request" };
const refusal = (code) => JSON.stringify({ code, message: texts[code] });
const echo = () => Polling.open(server.protocol, folder);
const slow = () => Polling.open(server.client);
const echoWire = (options) => Wire.open(server.protocol, { folder, ...options });
const probe = (session) => new Wire(session.port, {
  folder: session.folder, query: `EIO=4&transport=websocket&sid=${session.sid}`,
});
const milliseconds = async (promise) => {
  const started = performance.now();
  await promise;
  return performance.now() - started;
};

describe("overlap", () => {
  test("a second GET is 400 and ends the session; the first gets 1", async () => {
    const session = await slow();
    const [first, second] = await Promise.all([session.get(), session.get()]);
    const [kept, late] = first.status === 200 ? [first, second] : [second, first];
    assert.deepEqual([kept.status, kept.body], [200, "1"]);
    assert.deepEqual([late.status, late.body], [400, ""]);
    assert.equal(await session.isKnown(), false);
  });

  test("a second POST while one is read is 400 and ends the session", async () => {
    const session = await slow();
    const tcp = new Tcp(server.client);
    tcp.write(`POST ${session.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n40`);
    await within(new Promise((resolve) => { tcp.socket.once("connect", resolve); }), "the connection");
    await request(server.client, "GET", "/");
    const { status, body } = await session.post("4a");
    assert.deepEqual([status, body], [400, ""]);
    assert.equal(await session.isKnown(), false);
    tcp.destroy();
  });

  test("a GET and a POST go together", async () => {
    const session = await echo();
    const [got, posted] = await Promise.all([session.get(), session.post("4a")]);
    assert.deepEqual([got.body, posted.body], ["4a", "ok"]);
  });
});

describe("close", () => {
  test("POST 1: a waiting GET gets 6, the session is gone", async () => {
    const session = await slow();
    const waiting = session.get();
    await request(server.client, "GET", "/");
    const { status, body } = await session.post("1");
    assert.deepEqual([status, body], [200, "ok"]);
    assert.equal((await waiting).body, "6");
    const later = await session.get();
    assert.deepEqual([later.status, later.body], [400, refusal(1)]);
  });

  test("POST 1 with no GET waiting", async () => {
    const session = await slow();
    assert.equal((await session.post("1")).body, "ok");
    assert.equal(await session.isKnown(), false);
  });

  test("a bad Socket.IO packet with a GET waiting: the GET gets 1", async () => {
    const session = await slow();
    const waiting = session.get();
    await request(server.client, "GET", "/");
    assert.equal((await session.post("4abc")).body, "ok");
    assert.equal((await waiting).body, "1");
    assert.equal(await session.isKnown(), false);
  });

  test("a bad Socket.IO packet with none waiting: the next GET says 6 and 1, then the session is unknown", async () => {
    const session = await slow();
    assert.equal((await session.post("4abc")).body, "ok");
    const { status, body } = await session.get();
    assert.deepEqual([status, body], [200, "6\x1e1"]);
    assert.equal(await session.isKnown(), false);
  });

  test("1 over WebSocket closes at once", async () => {
    const wire = await Wire.open(server.client);
    wire.send("1");
    const took = await milliseconds(wire.end());
    assert.ok(took < 1_500, `${took} ms`);
  });

  test("a client that closes its WebSocket gets its close frame back", async () => {
    const wire = await Wire.open(server.client);
    wire.socket.close(1000);
    assert.equal((await wire.end()).code, 1000);
  });

  for (const [what, frame, code] of [
    ["an unknown type", "7", 1005], ["a letter", "x", 1005], ["an empty frame", "", 1005], ["a ping", "2", 1005],
    ["a message over maxPayload", `4${"a".repeat(1_000_000)}`, 1009],
  ]) {
    test(`${what} over WebSocket closes with ${code}`, async () => {
      const wire = await echoWire();
      wire.send(frame);
      assert.equal((await wire.end()).code, code);
    });
  }
});

describe("messages over WebSocket", () => {
  for (const [what, frame] of [
    ["text", "4hello"], ["an empty message", "4"], ["text beyond ASCII", "4€ 😀 ж テスト"],
    ["a record separator is text like any other", "4a\x1e4b"], ["binary", Buffer.from([0, 1, 2, 255])],
    ["empty binary", Buffer.alloc(0)], ["binary that looks like a packet", Buffer.from("2")],
    ["exactly maxPayload", `4${"a".repeat(999_999)}`], ["binary of 1 MB", Buffer.alloc(1_000_000, 7)],
  ]) {
    test(what, async () => {
      const wire = await echoWire();
      wire.send(frame);
      assert.deepEqual(await wire.next(), frame);
      wire.destroy();
    });
  }

  test("many, in their order", async () => {
    const wire = await echoWire();
    const frames = Array.from({ length: 500 }, (_, i) => (i % 3 ? `4${i}` : Buffer.from(String(i))));
    wire.send(...frames);
    for (const frame of frames) assert.deepEqual(await wire.next(), frame);
    wire.destroy();
  });
});

describe("heartbeat", () => {
  test("over polling: 2 after the interval, and again after each 3", async () => {
    const session = await echo();
    for (let round = 0; round < 3; round += 1) {
      let answer;
      const took = await milliseconds(session.get().then((got) => { answer = got; }));
      assert.equal(answer.body, "2");
      assert.ok(took > 150, `${took} ms`);
      assert.equal((await session.post("3")).body, "ok");
    }
  });

  test("over polling: no 3 ends the session", async () => {
    const session = await echo();
    assert.equal((await session.get()).body, "2");
    const waiting = await session.get();
    assert.equal(waiting.body, "1");
    const { status, body } = await session.get();
    assert.deepEqual([status, body], [400, refusal(1)]);
  });

  test("over polling: a session that never polls ends too", async () => {
    const session = await echo();
    await until(async () => (await session.post("4a")).status === 400, "the end", 3_000);
  });

  test("over WebSocket: 2 after the interval, and again after each 3", async () => {
    const wire = await echoWire({ pongs: false });
    for (let round = 0; round < 3; round += 1) {
      const took = await milliseconds(wire.next().then((frame) => assert.equal(frame, "2")));
      assert.ok(took > 150, `${took} ms`);
      wire.send("3");
    }
    wire.destroy();
  });

  test("over WebSocket: no 3 closes without a code", async () => {
    const wire = await echoWire({ pongs: false });
    let ended;
    const took = await milliseconds(wire.end().then((end) => { ended = end; }));
    assert.deepEqual(ended, { frames: ["2"], code: 1005 });
    assert.ok(took > 300, `${took} ms`);
  });

  test("other traffic is no pong", async () => {
    const wire = await echoWire({ pongs: false });
    const talking = setInterval(() => wire.send("4a"), 20);
    const { frames, code } = await wire.end().finally(() => clearInterval(talking));
    assert.equal(code, 1005);
    assert.ok(frames.includes("4a") && frames.includes("2"));
  });

  test("a WebSocket ping is answered, and is no pong of the engine's", async () => {
    const wire = await echoWire({ pongs: false });
    const ponged = new Promise((resolve) => { wire.socket.once("pong", resolve); });
    wire.socket.ping("x");
    assert.equal((await within(ponged, "the pong")).toString(), "x");
    assert.equal((await wire.end()).code, 1005);
  });
});

describe("upgrade", () => {
  const upgraded = async (session) => {
    const wire = probe(session);
    await within(wire.opened, "the WebSocket");
    wire.send("2probe");
    assert.equal(await wire.next(), "3probe");
    return wire;
  };

  test("probe, release of the waiting GET, messages on the new transport", async () => {
    const session = await echo();
    const waiting = session.get();
    const wire = await upgraded(session);
    assert.equal((await waiting).body, "6");
    wire.send("5", "4hello");
    assert.equal(await wire.next(), "4hello");
    const { status, body } = await session.get();
    assert.deepEqual([status, body], [400, refusal(3)]);
    assert.equal((await session.post("4a")).body, refusal(3));
    wire.destroy();
  });

  test("a GET that comes during the probe is released within a second", async () => {
    const session = await slow();
    const wire = await upgraded(session);
    const took = await milliseconds(session.get().then(({ body }) => assert.equal(body, "6")));
    assert.ok(took < 1_000, `${took} ms`);
    wire.destroy();
  });

  test("what waited is flushed on the new transport, in its order", async () => {
    const session = await echo();
    await session.post("4a\x1ebAQI=");
    const wire = await upgraded(session);
    await session.post("4b");
    wire.send("5");
    assert.deepEqual([await wire.next(), await wire.next(), await wire.next()], ["4a", Buffer.from([1, 2]), "4b"]);
    wire.destroy();
  });

  test("the heartbeat goes on over the new transport", async () => {
    const session = await echo();
    const wire = probe(session);
    wire.socket.removeAllListeners("message");
    const frames = [];
    wire.socket.on("message", (data) => frames.push(data.toString()));
    await within(wire.opened, "the WebSocket");
    wire.send("2probe");
    await until(() => frames.includes("3probe"), "the probe's answer");
    wire.send("5");
    await until(() => frames.includes("2"), "the ping");
    assert.equal((await wire.end()).code, 1005);
  });

  for (const [what, frames] of [
    ["a message first", ["4a"]], ["a probe of another text", ["2other"]], ["a pong first", ["3probe"]],
    ["an unknown type", ["9"]], ["binary", [Buffer.from("2probe")]], ["a message after the probe", ["2probe", "4a"]],
  ]) {
    test(`${what} closes the WebSocket alone`, async () => {
      const session = await slow();
      const wire = probe(session);
      await within(wire.opened, "the WebSocket");
      wire.send(...frames);
      await wire.end();
      assert.equal((await session.post("40/unknown,")).body, "ok");
      assert.match(await session.next(), /Invalid namespace/);
    });
  }

  test("a second WebSocket while one probes is closed, the first goes on", async () => {
    const session = await echo();
    const wire = await upgraded(session);
    const second = probe(session);
    await second.end();
    wire.send("5", "4hello");
    assert.equal(await wire.next(), "4hello");
    wire.destroy();
  });

  test("a second WebSocket after the upgrade is closed", async () => {
    const session = await echo();
    const wire = await upgraded(session);
    wire.send("5", "4a");
    assert.equal(await wire.next(), "4a");
    await probe(session).end();
    wire.send("4b");
    assert.equal(await wire.next(), "4b");
    wire.destroy();
  });

  test("a WebSocket with the sid of a session over WebSocket is closed", async () => {
    const wire = await echoWire();
    const second = new Wire(server.protocol, { folder, query: `EIO=4&transport=websocket&sid=${wire.handshake.sid}` });
    await second.end();
    wire.send("4a");
    assert.equal(await wire.next(), "4a");
    wire.destroy();
  });

  test("a WebSocket of a session that has closed is refused", async () => {
    const session = await slow();
    await session.post("1");
    const wire = probe(session);
    await wire.end();
    assert.deepEqual([wire.refused?.status, wire.refused?.body], [400, texts[1]]);
  });

  test("a prober that goes away leaves the session as it was", async () => {
    const session = await slow();
    const wire = await upgraded(session);
    wire.destroy();
    await wire.over;
    await session.post("40/unknown,");
    await until(async () => /Invalid namespace/.test(await session.next()), "the answer");
    const again = await upgraded(session);
    again.destroy();
  });

  test("a probe and then silence is closed after 10 s, the session unharmed", async () => {
    const session = await slow();
    const wire = await upgraded(session);
    const took = await milliseconds(within(wire.over, "the close", 15_000));
    assert.ok(took > 8_000, `${took} ms`);
    await session.post("40/unknown,");
    assert.match(await session.next(), /Invalid namespace/);
  });
});
