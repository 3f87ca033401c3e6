// WebSocket frames by RFC 6455, written and read without a library, and a connection that speaks them.
import { createHash, randomBytes } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { Tcp, until, within } from "./support.mjs";

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const nameOf = Object.fromEntries(Object.entries(opcode).map(([name, number]) => [number, name]));

/** The length field in the form that is asked for: the shortest, or one of 16 or 64 bits. */
function lengthField(length, form) {
  if (form === 64 || (!form && length > 0xffff)) {
    const field = Buffer.alloc(9, 127);
    field.writeBigUInt64BE(BigInt(length), 1);
    return field;
  }
  if (form === 16 || (!form && length > 125)) return Buffer.from([126, length >> 8, length & 255]);
  return Buffer.from([length]);
}

/** One frame of a client. `declared` is a length that is told instead of the payload's own. */
export function frame(code, payload = "", { fin = true, rsv = 0, masked = true, key, form, declared } = {}) {
  const body = Buffer.from(payload);
  const length = lengthField(declared ?? body.length, form);
  const first = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | code]);
  if (!masked) return Buffer.concat([first, length, body]);
  length[0] |= 0x80;
  const mask = key ?? randomBytes(4);
  for (let i = 0; i < body.length; i += 1) body[i] ^= mask[i & 3];
  return Buffer.concat([first, length, mask, body]);
}

export const text = (payload, options) => frame(opcode.text, payload, options);
export const binary = (payload, options) => frame(opcode.binary, payload, options);
export const ping = (payload, options) => frame(opcode.ping, payload, options);
export const pong = (payload, options) => frame(opcode.pong, payload, options);

export function close(code, reason = "", options = {}) {
  if (code === undefined) return frame(opcode.close, "", options);
  return frame(opcode.close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]), options);
}

/** A message in fragments of `size` bytes; none ends it when `fin` is false. */
export function fragments(code, payload, size, { fin = true, rsv = 0 } = {}) {
  const body = Buffer.from(payload);
  const all = [];
  for (let at = 0; at === 0 || at < body.length; at += size) {
    const isLast = at + size >= body.length;
    const kind = at === 0 ? { code, rsv } : { code: opcode.continuation, rsv: 0 };
    all.push(frame(kind.code, body.subarray(at, at + size), { fin: fin && isLast, rsv: kind.rsv }));
  }
  return Buffer.concat(all);
}

/** What permessage-deflate puts into a frame (RFC 7692 section 7.2.1). */
export function deflate(payload, options = {}) {
  const data = deflateRawSync(Buffer.from(payload), { finishFlush: constants.Z_SYNC_FLUSH, ...options });
  return data.subarray(0, -4);
}

/** The message again; throws when it needs what an earlier message said, or a larger window. */
export const inflate = (data, windowBits = 15) => inflateRawSync(
  Buffer.concat([data, Buffer.from([0, 0, 0xff, 0xff])]), { finishFlush: constants.Z_SYNC_FLUSH, windowBits });

/** A payload as transcripts show it: whole when it is short. */
export function shown(payload) {
  const body = Buffer.from(payload);
  if (body.length > 64) return `${body.length} bytes, ${createHash("sha1").update(body).digest("hex")}`;
  return body.toString("latin1");
}

/** Takes the whole frames off the front of what a server has sent; throws when one breaks a rule of servers. */
export function readFrames(bytes) {
  const frames = [];
  let at = 0;
  while (bytes.length - at >= 2) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    if (second & 0x80) throw new Error("a server masks no frame");
    let [length, head] = [second & 0x7f, 2];
    if (length >= 126) {
      const size = length === 126 ? 2 : 8;
      if (bytes.length - at < 2 + size) break;
      length = size === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      if (length < (size === 2 ? 126 : 65_536)) throw new Error(`${length} is not in its shortest form`);
      head = 2 + size;
    }
    if (bytes.length - at < head + length) break;
    frames.push({
      fin: first >> 7 === 1, rsv: (first >> 4) & 7, code: first & 15, payload: bytes.subarray(at + head, at + head + length),
    });
    at += head + length;
  }
  return { frames, rest: bytes.subarray(at) };
}

export const upgradeRequest = ({ target = "/", method = "GET", version = "HTTP/1.1", fields = {} } = {}) => {
  const all = {
    Host: "x", Upgrade: "websocket", Connection: "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...fields,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => [value].flat().filter((one) => one !== undefined)
    .map((one) => `${name}: ${one}\r\n`));
  return `${method} ${target} ${version}\r\n${lines.join("")}\r\n`;
};

/** A WebSocket whose every byte is ours. */
export class RawWebSocket {
  constructor(port, { with: first = [], ...options } = {}) {
    this.tcp = new Tcp(port);
    this.windowBits = 15;
    this.tcp.write(Buffer.concat([Buffer.from(upgradeRequest(options)), ...first]));
  }

  static async open(port, options) {
    const socket = new RawWebSocket(port, options);
    const { status } = await socket.answer();
    if (status !== 101) throw new Error(socket.tcp.read.toString());
    return socket;
  }

  /** The HTTP answer to the opening handshake. */
  async answer() {
    const end = () => this.tcp.read.indexOf("\r\n\r\n");
    await until(() => end() >= 0 || this.tcp.isEnded, "the answer to the upgrade");
    const head = this.tcp.read.subarray(0, end()).toString("latin1").split("\r\n");
    this.start = end() + 4;
    const fields = head.slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]);
    this.headers = Object.fromEntries(fields);
    return { status: Number(head[0]?.split(" ")[1]), headers: this.headers };
  }

  write(...frames) { this.tcp.write(Buffer.concat(frames)); }

  /** The same bytes in pieces, each in a turn of its own. */
  async writeChopped(bytes, size) {
    for (let at = 0; at < bytes.length; at += size) {
      this.tcp.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => { setImmediate(resolve); });
    }
  }

  frames() { return readFrames(this.tcp.read.subarray(this.start)).frames; }

  /** What the server has said, a line a frame; compressed messages as what they stand for. */
  transcript() {
    return this.frames().map(({ fin, rsv, code, payload }) => {
      const marks = `${fin ? "" : " unfinished"}${rsv === 0 || rsv === 4 ? "" : ` rsv${rsv}`}`;
      if (code === opcode.close) {
        return `close${marks} ${payload.length >= 2 ? payload.readUInt16BE(0) : "empty"}`;
      }
      const content = rsv === 4 ? inflate(payload, this.windowBits) : payload;
      return `${nameOf[code] ?? `opcode ${code}`}${marks} ${shown(content)}`;
    });
  }

  /** The transcript once the server has ended the connection. */
  async end(ms = 10_000) {
    await within(this.tcp.ended, `the end; so far: ${this.transcript().slice(-5).join("; ").slice(0, 400)}`, ms)
      .finally(() => this.destroy());
    return this.transcript();
  }

  destroy() { this.tcp.destroy(); }
}
