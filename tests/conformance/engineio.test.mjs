// Engine.IO's requests one by one: handshakes, refusals, payloads and headers, as PROTOCOL section 2
// says, on the conformance fixture: the echo at /engine.io/ of the protocol port, and the slower
// pings of the client port.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  Polling, Tcp, Wire, exchange, promptly, request, startConformance, until, within,
} from "./support.mjs";

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const folder = "/engine.io/";
const polling = "EIO=4&transport=polling";
const texts = {
  0: "Transport unknown", 1: "Session ID unknown", 2: "Bad handshake method", 3: "Bad request",
  5: "Unsupported protocol version",
};
const refusal = (code) => JSON.stringify({ code, message: texts[code] });
const echo = () => Polling.open(server.protocol, folder);
const slow = () => Polling.open(server.client);
const echoWire = (options) => Wire.open(server.protocol, { folder, ...options });
const milliseconds = async (promise) => {
  const started = performance.now();
  await promise;
  return performance.now() - started;
};

describe("handshake", () => {
  test("over polling: the session as JSON behind 0", async () => {
    const { status, body, headers } = await request(server.protocol, "GET", `${folder}?${polling}`);
    assert.equal(status, 200);
    const { sid, ...rest } = JSON.parse(body.slice(1));
    assert.equal(body[0], "0");
    assert.deepEqual(rest, { upgrades: ["websocket"], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
    assert.match(sid, /^[A-Za-z0-9_-]{22,}$/);
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(Number(headers["content-length"]), Buffer.byteLength(body));
  });

  test("over WebSocket: the same as the first message, with nothing to upgrade to", async () => {
    const { sid, ...rest } = (await echoWire()).handshake;
    assert.deepEqual(rest, { upgrades: [], pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
    assert.match(sid, /^[A-Za-z0-9_-]{22,}$/);
  });

  test("two sessions have different sids", async () => {
    assert.notEqual((await echo()).sid, (await echo()).sid);
  });

  test("an empty sid counts as none", async () => {
    const { status, body } = await request(server.protocol, "GET", `${folder}?${polling}&sid=`);
    assert.equal(status, 200);
    assert.match(body, /^0\{"sid":/);
  });

  test("parameters that are not the engine's do no harm", async () => {
    const { status } = await request(server.protocol, "GET", `${folder}?t=abc&b64=1&${polling}&x=%41&y`);
    assert.equal(status, 200);
  });

  test("j=0 gives no script", async () => {
    const { status, body } = await request(server.protocol, "GET", `${folder}?${polling}&j=0`);
    assert.doesNotMatch(body, /___eio/);
    if (status === 200) assert.match(body, /^0\{"sid"/);
    else assert.equal(status, 400);
  });

  test("any path below /socket.io/ is the engine's", async () => {
    assert.equal((await request(server.client, "GET", `/socket.io/abc?${polling}`)).status, 200);
  });

  for (const target of ["/socket.io", "/socket.iox/", "/", "/other/"]) {
    test(`${target} is not`, async () => {
      const { status, body } = await request(server.client, "GET", `${target}?${polling}`);
      assert.equal(status, 404);
      assert.doesNotMatch(body, /^0\{/);
    });
  }
});

describe("refusals over HTTP", () => {
  for (const [what, method, query, code] of [
    ["EIO missing", "GET", "transport=polling", 5],
    ["EIO empty", "GET", "EIO=&transport=polling", 5],
    ["EIO=3", "GET", "EIO=3&transport=polling", 5],
    ["EIO=5", "GET", "EIO=5&transport=polling", 5],
    ["EIO=abc", "GET", "EIO=abc&transport=polling", 5],
    ["EIO=44", "GET", "EIO=44&transport=polling", 5],
    ["transport missing", "GET", "EIO=4", 0],
    ["transport empty", "GET", "EIO=4&transport=", 0],
    ["transport unknown", "GET", "EIO=4&transport=abc", 0],
    ["transport webtransport", "GET", "EIO=4&transport=webtransport", 0],
    ["transport Polling", "GET", "EIO=4&transport=Polling", 0],
    ["no query", "GET", "", 0],
    ["the transport is looked at first", "POST", "EIO=3&transport=abc&sid=abc", 0],
    ["sid unknown", "GET", `${polling}&sid=abc`, 1],
    ["sid __proto__", "GET", `${polling}&sid=__proto__`, 1],
    ["sid constructor", "GET", `${polling}&sid=constructor`, 1],
    ["sid of 4 KiB", "GET", `${polling}&sid=${"a".repeat(4096)}`, 1],
    ["sid unknown in a POST", "POST", `${polling}&sid=abc`, 1],
    ["POST without sid", "POST", polling, 2],
    ["PUT without sid", "PUT", polling, 2],
    ["DELETE without sid", "DELETE", polling, 2],
    ["websocket without Upgrade", "GET", "EIO=4&transport=websocket", 3],
  ]) {
    test(what, async () => {
      const { status, body, headers } = await request(server.protocol, method, `${folder}?${query}`);
      assert.deepEqual([status, body], [400, refusal(code)]);
      assert.equal(headers["content-type"], "application/json");
    });
  }

  test("HEAD without sid", async () => {
    const { status, body } = await request(server.protocol, "HEAD", `${folder}?${polling}`);
    assert.deepEqual([status, body], [400, ""]);
  });

  test("a polling request for a session over WebSocket", async () => {
    const { sid } = (await echoWire()).handshake;
    for (const method of ["GET", "POST"]) {
      const { status, body } = await request(server.protocol, method, `${folder}?${polling}&sid=${sid}`);
      assert.deepEqual([status, body], [400, refusal(3)]);
    }
  });

  test("a websocket request without Upgrade for a session over polling", async () => {
    const { sid } = await echo();
    const { status, body } = await request(server.protocol, "GET", `${folder}?EIO=4&transport=websocket&sid=${sid}`);
    assert.deepEqual([status, body], [400, refusal(3)]);
  });

  test("a session of one engine is unknown to the other of the same port", async () => {
    const { sid } = await echo();
    const { status, body } = await request(server.protocol, "GET", `/socket.io/?${polling}&sid=${sid}`);
    assert.deepEqual([status, body], [400, refusal(1)]);
  });

  test("an Origin with illegal bytes", async () => {
    const answer = await exchange(server.client,
      `GET /socket.io/?${polling} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: a\x7fb\r\n\r\n`);
    assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
    assert.doesNotMatch(answer.toString(), /\x7f/);
    // Code 3 is the engine's; where HTTP's own rules refuse the byte before, as in Node, there is none.
    const body = answer.toString().split("\r\n\r\n")[1];
    if (body.startsWith("{")) assert.equal(body, refusal(3));
  });
});

describe("refusals of the upgrade", () => {
  for (const [what, query, code] of [
    ["EIO missing", "transport=websocket", 5],
    ["EIO=3", "EIO=3&transport=websocket", 5],
    ["EIO=5", "EIO=5&transport=websocket", 5],
    ["transport missing", "EIO=4", 0],
    ["transport unknown", "EIO=4&transport=abc", 0],
    ["transport webtransport", "EIO=4&transport=webtransport", 0],
    ["transport polling", "EIO=4&transport=polling", 3],
    ["sid unknown", "EIO=4&transport=websocket&sid=abc", 1],
    ["sid __proto__", "EIO=4&transport=websocket&sid=__proto__", 1],
  ]) {
    test(what, async () => {
      const wire = new Wire(server.protocol, { folder, query });
      await wire.end();
      assert.deepEqual([wire.refused?.status, wire.refused?.body], [400, texts[code]]);
      assert.match(wire.refused.headers["content-type"], /^text\/html/);
    });
  }

  test("another version of WebSocket than 13", async () => {
    const answer = (await exchange(server.protocol,
      `GET ${folder}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 12\r\n\r\n")).toString();
    assert.match(answer, /^HTTP\/1\.1 426 /);
    assert.match(answer, /\r\nSec-WebSocket-Version: 13/i);
  });
});

describe("payloads over polling", () => {
  test("a POST is answered ok", async () => {
    const { status, body, headers } = await (await echo()).post("4hello");
    assert.deepEqual([status, body], [200, "ok"]);
    assert.equal(headers["content-type"], "text/html");
    assert.equal(headers["content-length"], "2");
    assert.equal(headers["cache-control"], "no-store");
  });

  test("a GET is answered as plain text", async () => {
    const session = await echo();
    await session.post("4hello");
    const { status, body, headers } = await session.get();
    assert.deepEqual([status, body], [200, "4hello"]);
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
    assert.equal(headers["cache-control"], "no-store");
  });

  test("a GET waits for a message", async () => {
    const session = await slow();
    const waiting = session.get();
    await session.post("40/unknown,");
    assert.equal((await waiting).body, '44/unknown,{"message":"Invalid namespace"}');
  });

  for (const [what, body, expected] of [
    ["one packet", "4a", ["4a"]],
    ["an empty message", "4", ["4"]],
    ["several packets", "4a\x1e4b\x1e4c", ["4a", "4b", "4c"]],
    ["binary", "bAQIDBA==", ["bAQIDBA=="]],
    ["empty binary", "b", ["b"]],
    ["text and binary, in their order", "4a\x1ebAQ==\x1e4b\x1ebAAEC", ["4a", "bAQ==", "4b", "bAAEC"]],
    ["text beyond ASCII", "4€ 😀 ж\x1e4テスト", ["4€ 😀 ж", "4テスト"]],
    ["text that looks like a packet", "44\x1e4bAQ==\x1e4{}", ["44", "4bAQ==", "4{}"]],
    ["NUL", "4\0", ["4\0"]],
  ]) {
    test(what, async () => {
      const session = await echo();
      assert.equal((await session.post(body)).body, "ok");
      const got = [];
      while (got.length < expected.length) got.push(await session.next());
      assert.deepEqual(got, expected);
    });
  }

  test("what waits is answered together", async () => {
    const session = await echo();
    await session.post("4a");
    await session.post("bAQ==");
    assert.equal((await session.get()).body, "4a\x1ebAQ==");
  });

  for (const [what, body] of [
    ["an unknown type", "7"], ["type 9", "9x"], ["a letter", "abc"], ["an empty body", ""], ["a ping", "2"],
    ["an empty packet among others", "40/unknown,\x1e\x1e40/unknown,"], ["bad base64", "b*"], ["cut base64", "bAQIDB"],
    ["invalid UTF-8", Buffer.from([0x34, 0xc0, 0xaf])],
  ]) {
    test(`${what} ends the session, the POST is answered ok`, async () => {
      const session = await slow();
      const answer = await session.post(body);
      assert.deepEqual([answer.status, answer.body], [200, "ok"]);
      assert.equal(await session.isKnown(), false);
    });
  }

  test("400,000 record separators end the session at the first", async () => {
    const session = await slow();
    const took = await milliseconds(session.post("\x1e".repeat(400_000)));
    assert.ok(took < promptly, `${took} ms`);
    assert.equal(await session.isKnown(), false);
  });

  test("a body of exactly maxPayload passes", async () => {
    const session = await echo();
    const body = `4${"a".repeat(999_999)}`;
    assert.equal((await session.post(body)).body, "ok");
    assert.equal(await session.next(), body);
  });

  for (const [what, body, headers] of [
    ["one byte more", `4${"a".repeat(1_000_000)}`, {}],
    ["one byte more in letters of two bytes", `4${"ж".repeat(500_000)}`, {}],
    ["one byte more in chunks", `4${"a".repeat(1_000_000)}`, { "transfer-encoding": "chunked" }],
  ]) {
    test(`${what} is 413, and the session lives`, async () => {
      const session = await slow();
      const { status } = await session.post(body, { headers });
      assert.equal(status, 413);
      assert.equal((await session.post("3")).status, 200);
    });
  }

  test("application/octet-stream is 400, and the session ends", async () => {
    const session = await slow();
    const { status, body } = await session.post("4a", { headers: { "content-type": "application/octet-stream" } });
    assert.deepEqual([status, body], [400, ""]);
    assert.equal(await session.isKnown(), false);
  });

  for (const method of ["PUT", "DELETE"]) {
    test(`${method} with a sid is 405, and the session lives`, async () => {
      const session = await slow();
      const { status, headers } = await request(server.client, method, session.target, { body: "4a" });
      assert.equal(status, 405);
      assert.equal(headers.allow, "GET, POST");
      assert.equal((await session.post("3")).status, 200);
    });
  }

  test("Expect: 100-continue is answered before the body is sent", async () => {
    const session = await echo();
    const tcp = new Tcp(server.protocol);
    tcp.write(`POST ${session.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    await until(() => /^HTTP\/1\.1 100 /.test(tcp.read.toString()), "100 Continue");
    tcp.write("4a");
    await until(() => /ok$/.test(tcp.read.toString()), "the answer");
    tcp.destroy();
  });

  test("requests follow each other on one connection", async () => {
    const session = await echo();
    const tcp = new Tcp(server.protocol);
    tcp.write(`POST ${session.target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n4a` +
      `GET ${session.target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => /ok[\s\S]*4a$/.test(tcp.read.toString()), "both answers");
    tcp.destroy();
  });
});

describe("CORS, any origin allowed", () => {
  const page = "https://page.example";
  for (const [what, query, status] of [["a handshake", polling, 200], ["an error", "EIO=4", 400]]) {
    test(`${what} names the origin`, async () => {
      const answer = await request(server.protocol, "GET", `${folder}?${query}`, { headers: { origin: page } });
      assert.equal(answer.status, status);
      assert.equal(answer.headers["access-control-allow-origin"], page);
      assert.equal(answer.headers["access-control-allow-credentials"], "true");
      assert.match(answer.headers.vary, /\bOrigin\b/);
    });
  }

  test("a body over maxPayload names the origin too", async () => {
    const session = await slow();
    const { status, headers } = await session.post(`4${"a".repeat(1_000_000)}`, { headers: { origin: page } });
    assert.equal(status, 413);
    assert.equal(headers["access-control-allow-origin"], page);
  });

  test("a preflight is 204 and allows what was asked", async () => {
    const { status, headers } = await request(server.protocol, "OPTIONS", `${folder}?${polling}`, {
      headers: { origin: page, "access-control-request-method": "POST", "access-control-request-headers": "x-a, content-type" },
    });
    assert.equal(status, 204);
    assert.equal(headers["access-control-allow-origin"], page);
    assert.equal(headers["access-control-allow-credentials"], "true");
    assert.equal(headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
    assert.equal(headers["access-control-allow-headers"], "x-a, content-type");
    assert.equal(headers.vary, "Origin, Access-Control-Request-Headers");
    assert.equal(headers["content-length"], "0");
  });

  test("the upgrade carries the headers too", async () => {
    const wire = new Wire(server.protocol, { folder, headers: { origin: page } });
    const response = await within(new Promise((resolve) => { wire.socket.once("upgrade", resolve); }), "101");
    assert.equal(response.headers["access-control-allow-origin"], page);
    wire.destroy();
  });

  test("an Origin is never reflected with what ends a line", async () => {
    const answer = await exchange(server.protocol,
      `GET ${folder}?${polling} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://a\rX-Evil: b\r\n\r\n`);
    assert.match(answer.toString(), /^HTTP\/1\.1 400 /);
    assert.doesNotMatch(answer.toString(), /X-Evil/);
  });
});

test("an answer that is coded decodes to the same", async () => {
  const session = await echo();
  const message = `4${"abc ".repeat(2_000)}`;
  await session.post(message);
  const response = await fetch(`http://127.0.0.1:${server.protocol}${session.target}`,
    { headers: { "accept-encoding": "gzip, deflate" } });
  assert.equal(await response.text(), message);
});
