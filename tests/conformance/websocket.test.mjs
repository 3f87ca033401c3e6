// RFC 6455 by raw TCP against the echo port: the ground of the public suite's groups 1 to 7, 9 and
// 10, and the hostile inputs 16 to 30 of RELIABILITY section 4.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import {
  RawWebSocket, binary, close, fragments, frame, opcode, ping, pong, shown, text, upgradeRequest,
} from "./frames.mjs";
import { exchange, promptly, startConformance, until, within } from "./support.mjs";

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const { continuation } = opcode;
const hex = (digits) => Buffer.from(digits.replaceAll(" ", ""), "hex");
const utf8 = "Hello-µ@ßöäüàá-UTF-8!!";
const of = (kind) => (payload) => `${kind} ${shown(payload)}`;
const [asText, asBinary, asPong] = [of("text"), of("binary"), of("pong")];
const normal = close(1000);

/** KiB of the server's memory; a sanitizer's own are not looked at. */
const resident = () => (process.env.VECHE_SANITIZED
  ? 0 : Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"))[1]));

/** Sends the frames, whole or in pieces of `chop` bytes, and has the transcript to the end. */
async function run(frames, { chop, port = server.echo, ...options } = {}) {
  const socket = await RawWebSocket.open(port, options);
  const bytes = Buffer.concat(frames);
  if (chop) await socket.writeChopped(bytes, chop);
  else socket.write(bytes);
  return socket.end();
}

/** A case: what is sent, ending with a close, and what is said until the server ends the connection. */
function says(name, frames, expected, options) {
  test(name, async () => assert.deepEqual(await run([...frames, normal], options), [...expected, "close 1000"]));
}

/** A case that the server ends with a close code, after what it has said. */
function fails(name, code, frames, expected = [], options = {}) {
  test(name, async () => assert.deepEqual(await run(frames, options), [...expected, `close ${code}`]));
}

describe("1: framing", () => {
  for (const size of [0, 1, 125, 126, 127, 128, 65_535, 65_536]) {
    says(`text of ${size}`, [text("*".repeat(size))], [asText("*".repeat(size))]);
    says(`binary of ${size}`, [binary(Buffer.alloc(size, 0xfe))], [asBinary(Buffer.alloc(size, 0xfe))]);
  }
  says("text of 65,536 in chops of 997", [text("*".repeat(65_536))], [asText("*".repeat(65_536))], { chop: 997 });
  says("binary of 65,536 in chops of 997", [binary(Buffer.alloc(65_536))], [asBinary(Buffer.alloc(65_536))], { chop: 997 });
  says("a mask of zeros", [text("Hello", { key: Buffer.alloc(4) })], ["text Hello"]);
  says("a mask of ones", [text("Hello", { key: Buffer.alloc(4, 255) })], ["text Hello"]);
  says("a length of 16 bits that fits in 7", [text("Hello", { form: 16 })], ["text Hello"]);
  says("a length of 64 bits that fits in 7", [text("Hello", { form: 64 })], ["text Hello"]);
  says("a length of 64 bits that fits in 16", [binary(Buffer.alloc(300), { form: 64 })], [asBinary(Buffer.alloc(300))]);
  for (const size of [1, 2, 3, 5, 7]) {
    says(`three messages in chops of ${size}`, [text("Hello"), binary("abc"), text("x".repeat(130))],
      ["text Hello", "binary abc", asText("x".repeat(130))], { chop: size });
  }
});

describe("2: pings and pongs", () => {
  says("an empty ping", [ping("")], ["pong "]);
  says("a ping with text", [ping("Hello, world!")], ["pong Hello, world!"]);
  says("a ping with bytes", [ping(hex("00fffefdfcfb00ff"))], [asPong(hex("00fffefdfcfb00ff"))]);
  says("a ping of 125", [ping(Buffer.alloc(125, 0xfe))], [asPong(Buffer.alloc(125, 0xfe))]);
  says("a ping of 125 octet by octet", [ping(Buffer.alloc(125, 0xfe))], [asPong(Buffer.alloc(125, 0xfe))], { chop: 1 });
  fails("21: a ping of 126", 1002, [ping("x".repeat(126))]);
  fails("21: a pong of 126", 1002, [pong("x".repeat(126))]);
  fails("21: a close of 126", 1002, [close(1000, "x".repeat(124))]);
  fails("a ping whose length of 5 is in 16 bits", 1002, [ping("Hello", { form: 16 })]);
  says("a pong that nobody asked for", [pong("")], []);
  says("a pong that nobody asked for, with text", [pong("payload")], []);
  says("a pong, then a ping", [pong("unasked"), ping("ping")], ["pong ping"]);
  test("ten pings, each after the answer of the last", async () => {
    const socket = await RawWebSocket.open(server.echo);
    for (let i = 0; i < 10; i += 1) {
      socket.write(ping(`${i}`));
      await until(() => socket.frames().length === i + 1, "the pong");
    }
    socket.write(normal);
    assert.deepEqual(await socket.end(), [...Array.from({ length: 10 }, (_, i) => `pong ${i}`), "close 1000"]);
  });
  test("ten pings at once: the last is answered, the others may be", async () => {
    const socket = await RawWebSocket.open(server.echo);
    socket.write(...Array.from({ length: 10 }, (_, i) => ping(`${i}`)));
    await until(() => socket.transcript().at(-1) === "pong 9", "the last pong");
    assert.ok(socket.frames().length <= 10);
    socket.destroy();
  });
  // RFC 6455 section 5.5.2: every ping that comes before a close, or at least the latest.
  for (const count of [2, 20, 1_000]) {
    test(`${count} pings and a close at once: the last is answered before the close`, async () => {
      const transcript = await run([...Array.from({ length: count }, (_, i) => ping(`${i}`)), normal]);
      assert.deepEqual(transcript.slice(-2), [`pong ${count - 1}`, "close 1000"]);
    });
  }
});

describe("3: reserved bits", () => {
  for (let rsv = 1; rsv < 8; rsv += 1) {
    fails(`20: rsv ${rsv} on text`, 1002, [text("Hello", { rsv })]);
    fails(`rsv ${rsv} on binary, after a message`, 1002, [text("Hello"), binary("abc", { rsv }), ping("")], ["text Hello"]);
    fails(`rsv ${rsv} on a ping, octet by octet`, 1002, [text("Hello"), ping("x", { rsv })], ["text Hello"], { chop: 1 });
    fails(`rsv ${rsv} on a close`, 1002, [close(1000, "", { rsv })]);
    fails(`rsv ${rsv} on a continuation`, 1002, [text("He", { fin: false }), frame(continuation, "llo", { rsv })]);
  }
});

describe("4: opcodes", () => {
  for (const code of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    fails(`20: ${code}`, 1002, [frame(code, "")]);
    fails(`${code} with a payload`, 1002, [frame(code, "reserved")]);
    fails(`${code} after a message, then a ping`, 1002, [text("Hello"), frame(code, ""), ping("")], ["text Hello"]);
    fails(`${code} inside a message, octet by octet`, 1002,
      [text("He", { fin: false }), frame(code, "x"), frame(continuation, "llo")], [], { chop: 1 });
  }
});

describe("5: fragmentation", () => {
  const [first, middle, last] = [text("one ", { fin: false }), frame(continuation, "two ", { fin: false }), frame(continuation, "three")];
  const pieces = [first, middle, last];
  fails("21: a ping in two", 1002, [ping("one", { fin: false }), frame(continuation, "two")]);
  fails("21: a pong in two", 1002, [pong("one", { fin: false }), frame(continuation, "two")]);
  fails("21: a close in two", 1002, [close(1000, "", { fin: false })]);
  for (const [how, options] of [["at once", {}], ["octet by octet", { chop: 1 }], ["in chops of 4", { chop: 4 }]]) {
    says(`text in three, ${how}`, pieces, ["text one two three"], options);
    says(`a ping between, ${how}`, [first, ping("x"), middle, last], ["pong x", "text one two three"], options);
    says(`a ping and a pong between all, ${how}`, [first, ping("a"), middle, pong("b"), last, text("c")],
      ["pong a", "text one two three", "text c"], options);
    fails(`22: a continuation first, ${how}`, 1002, [last], [], options);
    fails(`22: a continuation first, unfinished, ${how}`, 1002, [middle, text("x")], [], options);
    fails(`22: text inside text, ${how}`, 1002, [first, text("x")], [], options);
  }
  says("binary in two", [binary("ab", { fin: false }), frame(continuation, "cd")], ["binary abcd"]);
  says("empty fragments around", [text("", { fin: false }), frame(continuation, "x", { fin: false }), frame(continuation, "")], ["text x"]);
  says("three empty fragments", [text("", { fin: false }), frame(continuation, "", { fin: false }), frame(continuation, "")], ["text "]);
  says("two messages in fragments", [...pieces, ...pieces], ["text one two three", "text one two three"]);
  fails("22: binary inside text", 1002, [first, binary("x")]);
  fails("a continuation after a whole message", 1002, [...pieces, last], ["text one two three"]);
  fails("a continuation after a message in one frame", 1002, [text("x"), frame(continuation, "y")], ["text x"]);
  says("25: 100,000 fragments of one byte, which the echo takes",
    [fragments(opcode.text, "x".repeat(100_000), 1)], [asText("x".repeat(100_000))]);
  test("25: fragments without end are 1008 at 1,024 where that is not wanted", async () => {
    const socket = { port: server.client, target: "/socket.io/?EIO=4&transport=websocket" };
    const most = await run([fragments(opcode.text, "7".repeat(1_024), 1), normal], socket);
    assert.equal(most.at(-1), "close empty");
    const oneMore = await run([fragments(opcode.text, "7".repeat(1_100), 1, { fin: false })], socket);
    assert.equal(oneMore.at(-1), "close 1008");
    const empty = await run([text("", { fin: false }), ...Array(1_100).fill(frame(continuation, "", { fin: false }))], socket);
    assert.equal(empty.at(-1), "close 1008");
  });
});

describe("6: UTF-8", () => {
  says("beyond ASCII", [text(utf8)], [asText(utf8)]);
  says("octet by octet", [text(utf8)], [asText(utf8)], { chop: 1 });
  says("a fragment an octet", [fragments(opcode.text, utf8, 1)], [asText(utf8)]);
  says("all bytes in binary",
    [binary(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))], [asBinary(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))]);
  const nonCharacters = Array.from({ length: 17 }, (_, plane) => [0xfffe, 0xffff].map((low) => String.fromCodePoint(plane * 0x10000 + low))).flat();
  for (const [what, payload] of [
    ["NUL", "\0"], ["7f", "\x7f"], ["c2 80", "\u0080"], ["df bf", "\u07ff"], ["e0 a0 80", "\u0800"], ["ed 9f bf", "\ud7ff"],
    ["ee 80 80", "\ue000"], ["ef bf bd", "\ufffd"], ["ef bb bf", "\ufeffx"], ["f0 90 80 80", "\u{10000}"], ["f4 8f bf bf", "\u{10ffff}"],
    ["the word kosme", hex("ceba e1bdb9 cf83 cebc ceb5")], ["all that are no characters", nonCharacters.join("")],
    ["emoji that are joined", "👩‍👩‍👧‍👦"], ["right to left", "שלום مرحبا"],
  ]) says(what, [text(payload)], [asText(payload)]);

  const bad = [
    ["ff", "ff"], ["fe", "fe"], ["fe fe ff ff", "fefeffff"], ["a lone 80", "80"], ["a lone bf", "bf"], ["80 bf 80", "80bf80"],
    ["all continuations", Array.from({ length: 64 }, (_, i) => (0x80 + i).toString(16)).join("")],
    ["c0 and a space", "c020"], ["e0 and a space", "e020"], ["f0 and a space", "f020"], ["f8 and a space", "f820"],
    ["two bytes, one missing", "c3"], ["three bytes, one missing", "e0a0"], ["three bytes, two missing", "e2"],
    ["four bytes, one missing", "f09f98"], ["one missing, then ASCII", "c341"], ["one missing, then another", "e282c3a9"],
    ["overlong / in two", "c0af"], ["overlong / in three", "e080af"], ["overlong / in four", "f08080af"],
    ["overlong / in five", "f8808080af"],
    ["overlong / in six", "fc80808080af"], ["overlong NUL", "c080"], ["the largest overlong in two", "c1bf"],
    ["the largest overlong in three", "e09fbf"], ["the largest overlong in four", "f08fbfbf"],
    ["the first of five", "f888808080"], ["the first of six", "fc8480808080"], ["beyond U+10FFFF", "f4908080"], ["f7 bf bf bf", "f7bfbfbf"],
    ["f5 80 80 80", "f5808080"], ["surrogate d800", "eda080"], ["surrogate db7f", "edadbf"],
    ["surrogate dbff", "edafbf"], ["surrogate dc00", "edb080"],
    ["surrogate dfff", "edbfbf"], ["a pair of surrogates", "eda080edb080"],
  ];
  for (const [what, digits] of bad) fails(`27: ${what}`, 1007, [text(hex(digits))]);
  for (const [what, digits] of bad.slice(0, 6)) {
    fails(`27: ${what} among letters, in fragments`, 1007,
      [fragments(opcode.text, Buffer.concat([Buffer.from(utf8), hex(digits), Buffer.from("x")]), 1)]);
  }
  fails("27: invalid in the second fragment", 1007, [text("ok", { fin: false }), frame(continuation, hex("c0af"))]);
  fails("27: a character that the message's end cuts", 1007, [text("ok", { fin: false }), frame(continuation, hex("f09f98"))]);
  says("a character split over three fragments",
    [text(hex("f0"), { fin: false }), frame(continuation, hex("9f98"), { fin: false }), frame(continuation, hex("80"))], [asText("😀")]);
  says("a ping inside a split character",
    [text(hex("f09f"), { fin: false }), ping("x"), frame(continuation, hex("9880"))], ["pong x", asText("😀")]);
  says("invalid UTF-8 in binary, a ping and a pong",
    [binary(hex("c0af")), ping(hex("ff")), pong(hex("ff"))], [asBinary(hex("c0af")), asPong(hex("ff"))]);
  fails("an invalid message of 64 KiB", 1007, [text(Buffer.concat([Buffer.alloc(65_535, 0x61), hex("ff")]))]);
});

describe("7: close", () => {
  const closesWith = (name, answer, frames, expected = []) => fails(name, answer, frames, expected);
  closesWith("an empty one is answered with an empty one", "empty", [close()]);
  closesWith("after a message", 1000, [text("Hello"), normal], ["text Hello"]);
  closesWith("30: a second close is ignored", 1000, [normal, close(1001)]);
  closesWith("30: a ping behind it is ignored", 1000, [normal, ping("x")]);
  closesWith("30: text behind it is ignored", 1000, [normal, text("x")]);
  closesWith("30: what breaks the rules behind it is ignored", 1000, [normal, frame(7, "x")]);
  closesWith("inside a message", 1000, [text("x", { fin: false }), normal, frame(continuation, "y")]);
  closesWith("after 256 KiB", 1000, [text("x".repeat(262_144)), normal, ping("x")], [asText("x".repeat(262_144))]);
  closesWith("28: one byte", 1002, [frame(opcode.close, "x")]);
  closesWith("with a reason", 1000, [close(1000, "Hello World!")]);
  closesWith("with a reason of 123", 1000, [close(1000, "*".repeat(123))]);
  closesWith("with a reason beyond ASCII", 1000, [close(1000, utf8)]);
  for (const digits of ["c0af", "eda080", "ff", "cebae1bdb9cf83cebcceb5eda08065"]) {
    closesWith(`28: the reason ${digits}`, 1007, [close(1000, hex(digits))]);
  }
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]) {
    closesWith(`code ${code} is answered with the same`, code, [close(code)]);
  }
  for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
    closesWith(`28: code ${code}`, 1002, [close(code)]);
  }
  closesWith("28: code 1005 with a reason", 1002, [close(1005, "why")]);

  for (const [what, first] of [["after its own close", frame(7, "")], ["after the close it answers", normal]]) {
    test(`30: ${what} the server ends TCP within 5 s, though the client does not`, async () => {
      const socket = await RawWebSocket.open(server.echo);
      const ended = new Promise((resolve) => { socket.tcp.socket.once("end", resolve); });
      socket.tcp.socket.allowHalfOpen = true;
      socket.write(first);
      await within(ended, "the server's FIN", 6_000);
      socket.destroy();
    });
  }
  test("a client that goes without a close", async () => {
    const socket = await RawWebSocket.open(server.echo);
    socket.write(text("Hello", { fin: false }));
    socket.tcp.socket.end();
    await within(socket.tcp.ended, "the end");
  });
});

describe("9: sizes", () => {
  for (const [name, size] of [["256 KiB", 1 << 18], ["1 MiB", 1 << 20], ["4 MiB", 1 << 22], ["16 MiB", 1 << 24]]) {
    const data = Buffer.alloc(size, 0x2a);
    says(`text of ${name}`, [text(data)], [asText(data)]);
    says(`binary of ${name}`, [binary(data)], [asBinary(data)]);
  }
  const megabyte = Buffer.alloc(1 << 20, "abcdefg");
  for (const size of [64, 256, 1_024, 4_096, 16_384, 65_536]) {
    says(`text of 1 MiB in fragments of ${size}`, [fragments(opcode.text, megabyte, size)], [asText(megabyte)]);
    says(`binary of 1 MiB in fragments of ${size}`, [fragments(opcode.binary, megabyte, size)], [asBinary(megabyte)]);
  }
  for (const chop of [64, 128, 1_024]) says(`128 KiB in chops of ${chop}`,
    [text(megabyte.subarray(0, 131_072))], [asText(megabyte.subarray(0, 131_072))], { chop });
  for (const size of [0, 16, 64, 256, 1_024]) {
    says(`1,000 texts of ${size}`, Array(1_000).fill(text("*".repeat(size))), Array(1_000).fill(asText("*".repeat(size))));
    says(`1,000 binaries of ${size}`, Array(1_000).fill(binary(Buffer.alloc(size))), Array(1_000).fill(asBinary(Buffer.alloc(size))));
  }
  says("10: 65,536 in fragments of 1,300", [fragments(opcode.text, "*".repeat(65_536), 1_300)], [asText("*".repeat(65_536))]);
});

describe("lengths that are told", () => {
  fails("24: 16 MiB and a byte, at the header", 1009, [frame(opcode.binary, "", { declared: (1 << 24) + 1 })]);
  fails("24: fragments that cross 16 MiB, at the header that does", 1009,
    [binary(Buffer.alloc(1 << 24), { fin: false }), frame(continuation, "", { declared: 1 })]);
  for (const [what, field] of [["the top bit", "8000000000000001"], ["all bits", "ffffffffffffffff"]]) {
    test(`23: ${what}`, async () => {
      const transcript = await run([Buffer.concat([hex("82ff"), hex(field), Buffer.alloc(4)])]);
      assert.ok(["close 1002", "close 1009"].includes(transcript.at(-1)), transcript.join("; "));
    });
  }
  fails("23: 2^62", 1009, [Buffer.concat([hex("82ff4000000000000000"), Buffer.alloc(4)])]);
  test("24: 1,000,001 on the client port, at the header", async () => {
    const transcript = await run([frame(opcode.text, "", { declared: 1_000_001 })],
      { port: server.client, target: "/socket.io/?EIO=4&transport=websocket" });
    assert.equal(transcript.at(-1), "close 1009");
  });
  test("nothing is allocated for what is only declared", async () => {
    const start = resident();
    const all = await Promise.all(Array.from({ length: 100 }, () => RawWebSocket.open(server.echo)));
    for (const socket of all) socket.write(frame(opcode.binary, "x", { declared: 1 << 24 }));
    for (const socket of all) socket.write(Buffer.from("y"));
    assert.deepEqual(await run([text("Hello"), normal]), ["text Hello", "close 1000"]);
    assert.ok(resident() - start < 50_000, `${resident() - start} KiB more`);
    for (const socket of all) socket.destroy();
  });
});

describe("19: masking", () => {
  for (const [what, bytes] of [
    ["text", text("Hello", { masked: false })], ["an empty text", text("", { masked: false })], ["a ping", ping("x", { masked: false })],
    ["a close", close(1000, "", { masked: false })],
    ["a continuation", Buffer.concat([text("x", { fin: false }), frame(continuation, "y", { masked: false })])],
  ]) fails(`${what} without a mask`, 1002, [bytes]);
});

describe("the opening handshake", () => {
  const answerTo = async (options) => {
    const socket = new RawWebSocket(server.echo, options);
    const answer = await socket.answer();
    socket.destroy();
    return answer;
  };

  test("the RFC's own key", async () => {
    const { status, headers } = await answerTo();
    assert.equal(status, 101);
    assert.equal(headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert.match(headers.upgrade, /^websocket$/i);
    assert.match(headers.connection, /^upgrade$/i);
  });
  test("nothing is chosen that was not offered", async () => {
    const { status, headers } = await answerTo();
    assert.equal(status, 101);
    assert.equal(headers["sec-websocket-protocol"], undefined);
    assert.equal(headers["sec-websocket-extensions"], undefined);
  });
  for (const [what, fields] of [
    ["other letters", { Upgrade: "WebSocket", Connection: "upgrade" }], ["more in Connection", { Connection: "keep-alive, Upgrade" }],
    ["a subprotocol, which is not taken", { "Sec-WebSocket-Protocol": "chat, superchat" }],
    ["an unknown extension", { "Sec-WebSocket-Extensions": "x-unknown; a=1" }],
    ["17: 12,000 spaces in Sec-WebSocket-Protocol", { "Sec-WebSocket-Protocol": `a${" ".repeat(12_000)}b` }],
    ["17: 1,000 parameters", { "Sec-WebSocket-Extensions": `permessage-deflate${";a=1".repeat(1_000)}` }],
  ]) {
    test(what, async () => {
      const started = performance.now();
      const { status, headers } = await answerTo({ fields });
      assert.equal(status, 101);
      assert.equal(headers["sec-websocket-protocol"], undefined);
      assert.equal(headers["sec-websocket-extensions"], undefined);
      assert.ok(performance.now() - started < promptly);
    });
  }
  const key = "AAAAAAAAAAAAAAAAAAAAAA==";
  for (const [what, status, options] of [
    ["16: no key", 400, { fields: { "Sec-WebSocket-Key": undefined } }],
    ["16: a short key", 400, { fields: { "Sec-WebSocket-Key": "AAAA" } }],
    ["16: a long key", 400, { fields: { "Sec-WebSocket-Key": `AAAA${key}` } }],
    ["16: a key that is no base64", 400, { fields: { "Sec-WebSocket-Key": "!!!!!!!!!!!!!!!!!!!!!!==" } }],
    ["16: two keys", 400, { fields: { "Sec-WebSocket-Key": [key, key] } }],
    ["16: version 12", 426, { fields: { "Sec-WebSocket-Version": "12" } }],
    ["16: version 8", 426, { fields: { "Sec-WebSocket-Version": "8" } }],
    ["16: no version", 426, { fields: { "Sec-WebSocket-Version": undefined } }],
    ["16: two versions", 426, { fields: { "Sec-WebSocket-Version": ["13", "13"] } }],
    ["Connection without Upgrade", 400, { fields: { Connection: "keep-alive" } }],
    ["a POST", 405, { method: "POST", fields: { "Content-Length": "0" } }], ["no Host", 400, { fields: { Host: undefined } }],
  ]) {
    test(`${what} is ${status}`, async () => {
      const answer = await exchange(server.echo, upgradeRequest({ ...options, fields: { Connection: "Upgrade", ...options.fields } }));
      assert.match(answer.toString(), new RegExp(`^HTTP/1\\.1 ${status} `));
      if (status === 426) assert.match(answer.toString(), /\r\nSec-WebSocket-Version: 13/i);
    });
  }
  test("17: 32,000 spaces are refused or skipped in linear time", async () => {
    const started = performance.now();
    const answer = await exchange(server.echo, upgradeRequest({ fields: { "Sec-WebSocket-Protocol": `a${" ".repeat(32_000)}b` } }));
    assert.match(answer.toString(), /^HTTP\/1\.1 431 /);
    assert.ok(performance.now() - started < promptly);
  });
  says("frames in the segment of the request", [], ["text Hello"], { with: [text("Hello")] });
  test("HTTP/1.0 is no WebSocket", async () => {
    const answer = await exchange(server.echo, upgradeRequest({ version: "HTTP/1.0" }));
    assert.doesNotMatch(answer.toString(), /^HTTP\/1\.\d 101/);
  });
});

describe("29: a million pings, never reading", () => {
  test("nothing piles up, others are served, and the last ping is answered", async () => {
    const socket = await RawWebSocket.open(server.echo);
    const start = resident();
    socket.tcp.socket.pause();
    const thousand = Buffer.concat(Array(1_000).fill(ping("0123456789abcdef")));
    for (let i = 0; i < 1_000; i += 1) socket.tcp.write(thousand);
    socket.write(ping("last"));
    for (let i = 0; i < 20; i += 1) assert.deepEqual(await run([text("Hello"), normal]), ["text Hello", "close 1000"]);
    assert.ok(resident() - start < 8_192, `${resident() - start} KiB more`);
    let [bytes, last] = [0, Buffer.alloc(0)];
    socket.tcp.socket.removeAllListeners("data");
    socket.tcp.socket.on("data", (data) => {
      bytes += data.length;
      last = Buffer.concat([last, data]).subarray(-6);
    });
    socket.tcp.socket.resume();
    await until(() => last.equals(Buffer.concat([hex("8a04"), Buffer.from("last")])), "the last pong", 60_000);
    assert.ok(bytes <= 18_000_006);
    socket.destroy();
  });
});

test("the fixture lives through all of it", () => assert.equal(server.child.exitCode, null, server.output));
