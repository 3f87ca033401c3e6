// Hostile input on the built binary: each is answered as RELIABILITY section 4 says, the server
// lives, and a bystander on another connection is served meanwhile.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { connected, inAnHour, rest, startWorld, token, tokenOf, within } from "./support.mjs";

let server; let bystander;
before(async () => {
  server = await startWorld();
  bystander = await connected(server, "eve");
});
after(async () => {
  bystander.disconnect();
  await server.stop();
});

/** Writes bytes to a fresh connection and gives all that comes back until the server closes it. */
function exchange(bytes, { ms = 5_000 } = {}) {
  return within(new Promise((resolve, reject) => {
    const socket = net.connect(server.port, "127.0.0.1");
    const received = [];
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (data) => received.push(data));
    socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? 0 : reject(error)));
    socket.on("close", () => resolve(Buffer.concat(received)));
  }), "the server to close", ms + 5_000);
}

const status = (bytes) => Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString("latin1"))?.[1]);
const alive = async () => {
  assert.equal(server.child.exitCode, null, server.output);
  assert.equal((await bystander.ask("ping", {})).success, true);
};

describe("HTTP", () => {
  const get = "GET /healthz HTTP/1.1\r\nHost: x\r\n";
  const post = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  for (const [what, bytes, expected] of [
    ["2: 17 KiB of headers", `${get}A: ${"a".repeat(17 * 1024)}\r\n\r\n`, 431],
    ["2: 101 fields", `${get}${"A: b\r\n".repeat(101)}\r\n`, 431],
    ["3: a request line of 9 KiB", `GET /${"a".repeat(9 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    ["4: a length of 10^12", `${post}Content-Length: 1000000000000\r\n\r\n`, 413],
    ["6: length and chunked", `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ["6: two lengths", `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, 400],
    ["6: length +5", `${post}Content-Length: +5\r\n\r\nhello`, 400],
    ["7: a chunk size that wraps", `${post}Transfer-Encoding: chunked\r\n\r\n100000005\r\nhello\r\n0\r\n\r\n`, undefined],
    ["7: chunk size 0x5", `${post}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n`, 400],
    ["7: Transfer-Encoding xchunked", `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, undefined],
    ["8: no Host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["8: two Hosts", `${get}Host: y\r\n\r\n`, 400],
    ["8: obs-fold", `${get}A: b\r\n c\r\n\r\n`, 400],
    ["8: space before the colon", `${get}A : b\r\n\r\n`, 400],
    ["8: a bare LF", "GET / HTTP/1.1\nHost: x\n\n", 400],
    ["8: NUL in a field", `${get}A: b\0c\r\n\r\n`, 400],
    ["9: a TLS ClientHello", Buffer.from("1603010200010001fc0303", "hex"), undefined],
    ["9: an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", undefined],
    ["13: %00", "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400],
  ]) {
    test(what, async () => {
      const answer = await exchange(bytes);
      if (expected) assert.equal(status(answer), expected, answer.toString("latin1"));
      else assert.ok(answer.length === 0 || status(answer) >= 400, answer.toString("latin1"));
      assert.equal((answer.toString("latin1").match(/HTTP\/1\.1 \d{3} /g) ?? []).length <= 1, true, "no second request is read");
      await alive();
    });
  }

  test("14: wrong method and wrong content type", async () => {
    const wrong = await rest(server, "GET", "/auth/login");
    assert.equal(wrong.status, 405);
    assert.match(wrong.headers.get("allow"), /POST/);
    const type = await rest(server, "POST", "/auth/login", { raw: "email=a", headers: { "content-type": "text/plain" } });
    assert.equal(type.status, 415);
  });

  test("malformed, missing and mistyped JSON is 400 with a text", async () => {
    for (const raw of ["", "{", "[]", "null", '{"email":1,"password":"x"}', '{"email":"a@b.c"}', '{"email":"a@b.c","email":"b@b.c","password":"password123"}',
      `${"[".repeat(100_000)}`, "\ufeff{}"]) {
      const answer = await rest(server, "POST", "/auth/login", { raw, headers: { "content-type": "application/json" } });
      assert.equal(answer.status, 400, raw.slice(0, 40));
      assert.equal(answer.body.statusCode, 400);
      assert.equal(typeof answer.body.message, "string");
    }
    const large = await rest(server, "POST", "/auth/login", { raw: `{"email":"${"a".repeat(1_000_001)}"}`, headers: { "content-type": "application/json" } })
      .catch((error) => error);
    assert.ok(large instanceof Error || large.status === 413);
    await alive();
  });

  test("an unknown path is 404, dot segments get nowhere", async () => {
    for (const target of ["/nowhere", "/../etc/passwd", "/%2e%2e/etc/passwd", "/api/api/chats"]) {
      assert.ok([400, 404].includes(status(await exchange(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))), target);
    }
  });

  test("54: a password of a megabyte is refused before it is hashed", async () => {
    const started = Date.now();
    const answer = await rest(server, "POST", "/auth/login", { body: { email: "ann@example.com", password: "x".repeat(900_000) } });
    assert.ok([400, 401].includes(answer.status));
    assert.ok(Date.now() - started < 2_000);
  });

  test("52: REST refuses every bad token with 401", async () => {
    for (const bad of ["", "x", "a.b.c", token({ sub: "ann", exp: 1 }), token({ sub: "ann", exp: inAnHour() }, { alg: "none" }), "x".repeat(9_000)]) {
      const answer = await rest(server, "GET", "/auth/me", { headers: { authorization: `Bearer ${bad}` } });
      assert.equal(answer.status, 401, bad.slice(0, 20));
    }
  });
});

describe("WebSocket", () => {
  const upgrade = (extra = "") => "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n" +
    `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n${extra || "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"}\r\n`;

  /** A client frame; masked with zeros, so the payload stands as it is. */
  function frame(first, payload, { masked = true } = {}) {
    const body = Buffer.from(payload);
    const length = body.length < 126 ? [body.length] : [126, body.length >> 8, body.length & 255];
    if (masked) length[0] |= 128;
    return Buffer.concat([Buffer.from([first, ...length]), masked ? Buffer.alloc(4) : Buffer.alloc(0), body]);
  }

  /** The close code that a connection ends with after these bytes; undefined for none. */
  async function closeCode(...frames) {
    const answer = await exchange(Buffer.concat([Buffer.from(upgrade()), ...frames]));
    const start = answer.indexOf("\r\n\r\n") + 4;
    for (let at = start; at < answer.length;) {
      const length = answer[at + 1];
      assert.ok(length < 126);
      if (answer[at] === 0x88) return length >= 2 ? answer.readUInt16BE(at + 2) : undefined;
      at += 2 + length;
    }
    return undefined;
  }

  test("16: a bad key and a bad version", async () => {
    for (const extra of ["X: y\r\n", "Sec-WebSocket-Key: short\r\n",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"]) {
      assert.equal(status(await exchange(upgrade(extra))), 400, extra);
    }
    const old = upgrade().replace("Version: 13", "Version: 12");
    const answer = await exchange(old);
    assert.equal(status(answer), 426);
    assert.match(answer.toString("latin1"), /Sec-WebSocket-Version: 13/i);
  });

  for (const [what, frames, code] of [
    ["19: unmasked", [frame(0x81, "40", { masked: false })], 1002],
    ["20: opcode 3", [frame(0x83, "")], 1002],
    ["20: RSV1", [frame(0xc1, "40")], 1002],
    ["21: a ping of 126", [frame(0x89, "x".repeat(126))], 1002],
    ["21: a fragmented ping", [frame(0x09, "x")], 1002],
    ["22: continuation first", [frame(0x80, "x")], 1002],
    ["22: text inside a message", [frame(0x01, "4"), frame(0x81, "0")], 1002],
    ["23: the top bit of the length", [Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])], 1002],
    ["24: 1,000,001 bytes declared", [Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x41, 0, 0, 0, 0])], 1009],
    ["25: fragments without end", [frame(0x01, ""), ...Array(1_100).fill(frame(0x00, "x"))], 1008],
    ["27: invalid UTF-8", [frame(0x81, Buffer.from([0x34, 0x32, 0xc0, 0xaf]))], 1007],
    ["28: a close of one byte", [frame(0x88, "x")], 1002],
    ["28: close code 1005", [frame(0x88, Buffer.from([0x03, 0xed]))], 1002],
  ]) {
    test(what, async () => {
      assert.equal(await closeCode(...frames), code);
      await alive();
    });
  }

  for (const [what, text] of [
    ["36: a ping from the client", "2"], ["35: packet type 9", "9"], ["35: an empty packet", ""],
    ["40: 50-", '450-["x"]'], ["40: 5-", "45-"], ["43: type 7", "47"], ["43: 2[]", "42[]"], ["43: 2{}", "42{}"],
    ["43: a reserved event", '42["connect"]'], ["44: an ack id of 400 digits", `42${"9".repeat(400)}["x"]`],
    ["45: an event before CONNECT", '42["message:send",{}]'], ["45: CONNECT with an array", "40[]"], ["bad JSON", '42["x"'],
    ["46: a namespace of 300 bytes", `40/${"n".repeat(300)},`],
  ]) {
    test(what, async () => {
      await closeCode(frame(0x81, text));
      await alive();
    });
  }

  test("46: an unknown namespace is a CONNECT_ERROR and the connection stays", async () => {
    const socket = await connected(server, "ann");
    const other = socket.io.socket("/nowhere");
    const error = await within(new Promise((resolve) => other.once("connect_error", resolve)), "the refusal");
    assert.equal(error.message, "Invalid namespace");
    assert.equal((await socket.ask("ping", {})).success, true);
    socket.disconnect();
  });

  test("31: the codes of refused handshakes", async () => {
    for (const [query, code, text] of [
      ["EIO=3&transport=polling", 5, "Unsupported protocol version"],
      ["EIO=4", 0, "Transport unknown"],
      ["EIO=4&transport=nothing", 0, "Transport unknown"],
      ["EIO=4&transport=polling&sid=nobody", 1, "Session ID unknown"],
      ["EIO=4&transport=polling&sid=__proto__", 1, "Session ID unknown"],
      ["EIO=4&transport=websocket", 3, "Bad request"],
    ]) {
      const answer = await rest(server, "GET", `/socket.io/?${query}`);
      assert.equal(answer.status, 400, query);
      assert.deepEqual(answer.body, { code, message: text }, query);
    }
    const post = await rest(server, "POST", "/socket.io/?EIO=4&transport=polling", { raw: "40" });
    assert.deepEqual(post.body, { code: 2, message: "Bad handshake method" });
  });

  test("R1: a polling handshake", async () => {
    const answer = await rest(server, "GET", "/socket.io/?EIO=4&transport=polling");
    assert.equal(answer.status, 200);
    assert.equal(answer.text[0], "0");
    const { sid, ...options } = JSON.parse(answer.text.slice(1));
    assert.match(sid, /^[\w-]{20,}$/);
    assert.deepEqual(options, { upgrades: ["websocket"], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000000 });
  });

  test("a flood of garbage from twenty connections changes nothing for others", async () => {
    const noise = Buffer.alloc(65_536, 0xa5);
    await Promise.all(Array.from({ length: 20 }, () => exchange(Buffer.concat([Buffer.from(upgrade()), noise]))));
    await alive();
    const sent = await bystander.ask("message:send", { chatId: "group", text: "still here" });
    assert.equal(sent.success, true);
    assert.equal((await rest(server, "GET", "/chats", { token: tokenOf("eve") })).status, 200);
  });
});
