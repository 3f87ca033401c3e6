// permessage-deflate (RFC 7692) by raw TCP against the echo port: the ground of the public suite's
// groups 12 and 13, and hostile input 26 of RELIABILITY section 4.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { RawWebSocket, binary, close, deflate, fragments, frame, opcode, ping, shown, text } from "./frames.mjs";
import { promptly, startConformance } from "./support.mjs";

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const { continuation } = opcode;
const offered = (offer) => ({ fields: { "Sec-WebSocket-Extensions": offer } });
const asText = (payload) => `text ${shown(payload)}`;
const asBinary = (payload) => `binary ${shown(payload)}`;
const rsv1 = { rsv: 4 };
const normal = close(1000);
const plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** A connection that has agreed on the extension. */
async function agreed(offer = "permessage-deflate; client_max_window_bits") {
  const socket = await RawWebSocket.open(server.echo, offered(offer));
  assert.match(socket.headers["sec-websocket-extensions"] ?? "no extension", /^permessage-deflate/);
  const named = /server_max_window_bits=(\d+)/.exec(socket.headers["sec-websocket-extensions"]);
  if (named) socket.windowBits = Number(named[1]);
  return socket;
}

async function run(frames, offer) {
  const socket = await agreed(offer);
  socket.write(...frames);
  return socket.end();
}

function says(name, frames, expected, offer) {
  test(name, async () => assert.deepEqual(await run([...frames, normal], offer), [...expected, "close 1000"]));
}

function fails(name, code, frames, expected = []) {
  test(name, async () => assert.deepEqual(await run(frames), [...expected, `close ${code}`]));
}

describe("negotiation", () => {
  for (const [offer, answer] of [
    ["permessage-deflate", plain],
    ["permessage-deflate; client_max_window_bits", plain],
    ["permessage-deflate; client_max_window_bits=10", plain],
    ['permessage-deflate; client_max_window_bits="10"', plain],
    ["permessage-deflate; client_no_context_takeover", plain],
    ["permessage-deflate; server_no_context_takeover", plain],
    ["permessage-deflate;server_no_context_takeover;client_no_context_takeover", plain],
    ["permessage-deflate ;\tserver_no_context_takeover ; client_max_window_bits", plain],
    ["permessage-deflate; server_max_window_bits=9", `${plain}; server_max_window_bits=9`],
    ["permessage-deflate; server_max_window_bits=10", `${plain}; server_max_window_bits=10`],
    ['permessage-deflate; server_max_window_bits="11"; client_max_window_bits', `${plain}; server_max_window_bits=11`],
    ["x-unknown, permessage-deflate", plain],
    ["x-unknown; a=\"b\", permessage-deflate", plain],
    ["permessage-deflate; unknown, permessage-deflate", plain],
    ["permessage-deflate; server_max_window_bits=8, permessage-deflate", plain],
    ["permessage-deflate; server_max_window_bits=9, permessage-deflate", `${plain}; server_max_window_bits=9`],
  ]) {
    test(`taken: ${offer}`, async () => {
      const socket = await RawWebSocket.open(server.echo, offered(offer));
      assert.equal(socket.headers["sec-websocket-extensions"], answer);
      socket.destroy();
    });
  }

  test("taken: in the second of two fields", async () => {
    const socket = await RawWebSocket.open(server.echo, offered(["x-unknown", "permessage-deflate"]));
    assert.equal(socket.headers["sec-websocket-extensions"], plain);
    socket.destroy();
  });

  test("a window of more bits than the server uses is answered with at most as many", async () => {
    const socket = await agreed("permessage-deflate; server_max_window_bits=15");
    assert.ok(socket.windowBits >= 9 && socket.windowBits <= 15);
    assert.match(socket.headers["sec-websocket-extensions"], /; server_max_window_bits=\d+$/);
    socket.destroy();
  });

  for (const offer of [
    "permessage-deflate; unknown", "permessage-deflate; unknown=1", "permessage-deflate; server_max_window_bits",
    "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=8",
    "permessage-deflate; server_max_window_bits=16",
    "permessage-deflate; server_max_window_bits=99", "permessage-deflate; server_max_window_bits=010",
    "permessage-deflate; server_max_window_bits=-10",
    "permessage-deflate; server_max_window_bits=1e1", "permessage-deflate; server_max_window_bits=\"\"",
    "permessage-deflate; client_max_window_bits=7",
    "permessage-deflate; client_max_window_bits=16", "permessage-deflate; client_max_window_bits=x",
    "permessage-deflate; server_no_context_takeover=1",
    "permessage-deflate; client_no_context_takeover=true", "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
    "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
    "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
    "permessage-deflate-x", "deflate", "x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflate;", "permessage-deflate; =1",
    "permessage-deflate; server_max_window_bits=", "permessage-deflate; \"a\"", "permessage-deflate foo", "",
    `permessage-deflate${"; a=1".repeat(1_000)}`,
  ]) {
    test(`17: not taken, and all goes on without: ${offer.slice(0, 90)}`, async () => {
      const started = performance.now();
      const socket = await RawWebSocket.open(server.echo, offered(offer));
      assert.equal(socket.headers["sec-websocket-extensions"], undefined);
      assert.ok(performance.now() - started < promptly);
      socket.write(text("Hello"), normal);
      assert.deepEqual(await socket.end(), ["text Hello", "close 1000"]);
    });
  }

  test("not agreed on, rsv1 is 1002", async () => {
    const socket = await RawWebSocket.open(server.echo);
    socket.write(text(deflate("Hello"), rsv1));
    assert.deepEqual(await socket.end(), ["close 1002"]);
  });
});

const json = JSON.stringify(Array.from({ length: 400 }, (_, i) => ({ id: i, text: `message ${i * 7919 % 1000}`, read: i % 3 === 0 })));
const noise = randomBytes(20_000);
const repeated = (size) => "Lorem ipsum ".repeat(Math.ceil(size / 12)).slice(0, size);

describe("12 and 13: data", () => {
  for (const size of [0, 1, 16, 64, 125, 126, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 1_048_576]) {
    says(`text of ${size}`, [text(deflate(repeated(size)), rsv1)], [asText(repeated(size))]);
    says(`binary of ${size}`, [binary(deflate(repeated(size)), rsv1)], [asBinary(repeated(size))]);
  }
  says("JSON", [text(deflate(json), rsv1)], [asText(json)]);
  says("what cannot be compressed", [binary(deflate(noise), rsv1)], [asBinary(noise)]);
  says("text beyond ASCII", [text(deflate("Ж テ 😀".repeat(100)), rsv1)], [asText("Ж テ 😀".repeat(100))]);
  says("the RFC's Hello (section 7.2.3.1)", [text(Buffer.from("f248cdc9c90700", "hex"), rsv1)], ["text Hello"]);
  says("the RFC's Hello in two fragments",
    [text(Buffer.from("f248cd", "hex"), { rsv: 4, fin: false }), frame(continuation, Buffer.from("c9c90700", "hex"))], ["text Hello"]);
  says("the RFC's stored block (7.2.3.3)", [text(Buffer.from("000500faff48656c6c6f00", "hex"), rsv1)], ["text Hello"]);
  says("the RFC's final block (7.2.3.4)", [text(Buffer.from("f348cdc9c9070000", "hex"), rsv1)], ["text Hello"]);
  says("the RFC's two blocks (7.2.3.5)", [text(Buffer.from("f24805000000ffffcac9c90700", "hex"), rsv1)], ["text Hello"]);
  says("an empty message of one stored block (7.2.3.6)", [text(Buffer.from("00", "hex"), rsv1)], ["text "]);
  says("uncompressed among compressed",
    [text("plain"), text(deflate("pressed"), rsv1), text("plain")], ["text plain", "text pressed", "text plain"]);
  says("1,000 messages", Array(1_000).fill(text(deflate(json.slice(0, 1_024)), rsv1)), Array(1_000).fill(asText(json.slice(0, 1_024))));
  for (let level = 0; level <= 9; level += 1) says(`level ${level}`, [text(deflate(json, { level }), rsv1)], [asText(json)]);
  for (let windowBits = 9; windowBits <= 15; windowBits += 1) says(`a client's window of ${windowBits}`,
    [text(deflate(json, { windowBits }), rsv1)], [asText(json)]);
  for (let windowBits = 9; windowBits <= 15; windowBits += 1) {
    says(`a server's window of ${windowBits}`,
      [text(deflate(json), rsv1), text(json)], [asText(json), asText(json)], `permessage-deflate; server_max_window_bits=${windowBits}`);
  }
  for (const name of ["Z_FIXED", "Z_HUFFMAN_ONLY", "Z_RLE", "Z_FILTERED"]) {
    says(name, [text(deflate(json, { strategy: constants[name] }), rsv1)], [asText(json)]);
  }
  for (const size of [1, 7, 64, 1_000]) {
    says(`in fragments of ${size}`, [fragments(opcode.text, deflate(json), size, rsv1)], [asText(json)]);
  }
  says("a ping between the fragments",
    [text(Buffer.from("f248cd", "hex"), { rsv: 4, fin: false }), ping("x"), frame(continuation, Buffer.from("c9c90700", "hex"))],
    ["pong x", "text Hello"]);
  says("empty fragments around",
    [text("", { rsv: 4, fin: false }), frame(continuation, deflate("Hello"), { fin: false }), frame(continuation, "")], ["text Hello"]);

  test("the server compresses what it sends, and control frames never", async () => {
    const socket = await agreed();
    socket.write(text(deflate(json), rsv1), ping("x".repeat(125)), normal);
    await socket.end();
    const [message, ponged, closed] = socket.frames();
    assert.equal(message.rsv, 4);
    assert.ok(message.payload.length < json.length / 4, `${message.payload.length} of ${json.length} bytes`);
    assert.deepEqual([ponged.rsv, closed.rsv], [0, 0]);
  });

  test("the same message is the same frame again: nothing is taken over", async () => {
    const socket = await agreed();
    socket.write(text(deflate(json), rsv1), text(deflate(json), rsv1), normal);
    await socket.end();
    const [one, two] = socket.frames();
    assert.deepEqual(two.payload, one.payload);
  });
});

describe("what is malformed", () => {
  fails("rsv1 on a continuation", 1002, [text(deflate("He"), { rsv: 4, fin: false }), frame(continuation, "", rsv1)]);
  fails("rsv1 on a continuation of what is not compressed", 1002, [text("He", { fin: false }), frame(continuation, "", rsv1)]);
  for (const code of [opcode.ping, opcode.pong, opcode.close]) fails(`rsv1 on opcode ${code}`, 1002, [frame(code, "", rsv1)]);
  for (const rsv of [1, 2, 3, 5, 6, 7]) fails(`rsv ${rsv}`, 1002, [text(deflate("Hello"), { rsv })]);
  fails("a block of a type that there is none", 1007, [text(Buffer.from("07", "hex"), rsv1)]);
  fails("noise", 1007, [binary(Buffer.alloc(64, 0xff), rsv1)]);
  fails("a stored block with a wrong length", 1007, [text(Buffer.from("00050000004865", "hex"), rsv1)]);
  fails("a reference beyond the beginning", 1007, [text(Buffer.from("430400", "hex"), rsv1)]);
  fails("cut in a block", 1007, [text(deflate(json).subarray(0, -20), rsv1)]);
  fails("27: invalid UTF-8 inside", 1007, [text(deflate(Buffer.from([0x61, 0xc0, 0xaf])), rsv1)]);
  fails("27: a cut character inside", 1007, [text(deflate(Buffer.from([0xf0, 0x9f, 0x98])), rsv1)]);

  test("a reference to the message before, which was not to be taken over", async () => {
    const second = deflateRawSync(json, { finishFlush: constants.Z_SYNC_FLUSH, dictionary: Buffer.from(json) }).subarray(0, -4);
    assert.deepEqual(await run([text(deflate(json), rsv1), text(second, rsv1)]), [asText(json), "close 1007"]);
  });

  const bomb = deflate(Buffer.alloc((1 << 24) + 1), { level: 9 });
  assert.ok(bomb.length < 20_000);
  fails("26: 16 MiB and a byte out of 16 KiB", 1009, [binary(bomb, rsv1)]);
  fails("26: the same in fragments", 1009, [fragments(opcode.binary, bomb, 1_000, rsv1)]);
  says("26: exactly 16 MiB out of 16 KiB is taken", [binary(deflate(Buffer.alloc(1 << 24)), rsv1)], [asBinary(Buffer.alloc(1 << 24))]);
  test("26: 1 GiB out of 1 MiB ends at the cap, promptly", async () => {
    const block = deflateRawSync(Buffer.alloc(1 << 20), { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
    const started = performance.now();
    assert.deepEqual(await run([binary(Buffer.concat(Array(1_024).fill(block)), rsv1)]), ["close 1009"]);
    assert.ok(performance.now() - started < 2 * promptly);
    assert.deepEqual(await run([text("Hello"), normal]), ["text Hello", "close 1000"]);
  });
});

test("the fixture lives through all of it", () => assert.equal(server.child.exitCode, null, server.output));
