// A Socket.IO client that does one thing after another, for loads that are the same every time.
//
//   const client = await WireClient.connect(url, token);
//   await client.ask("chat:leave", { chatId: "c0" });
import { createHmac, randomBytes } from "node:crypto";
import { connect } from "node:net";

const patienceMs = 60_000;

/** A token of a user that is good for an hour. */
export function token(user, secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: user, iat: now, exp: now + 3600 };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** A masked text frame. The mask is 0: nobody is between. */
export function frame(text) {
  const payload = Buffer.from(text);
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x81;
  head[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** The first frame of the bytes: { text, size }, or undefined when it is incomplete. */
function firstFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const isLong = bytes[1] === 126;
  const head = isLong ? 4 : 2;
  if (bytes.length < head) return undefined;
  const size = head + (isLong ? bytes.readUInt16BE(2) : bytes[1]);
  return bytes.length < size ? undefined : { text: bytes.toString("utf8", head, size), size };
}

export class WireClient {
  #bytes = Buffer.alloc(0);
  #isOpen = false;
  #waiting = [];
  #nextId = 0;
  delivered = 0;

  static async connect(url, auth) {
    const client = new WireClient();
    const { hostname, port } = new URL(url);
    client.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    client.socket.on("data", (bytes) => client.#read(bytes));
    client.socket.on("error", () => client.#end());
    client.socket.on("close", () => client.#end());
    const key = randomBytes(16).toString("base64");
    client.socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
        "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    await client.until((text) => text.startsWith("0{"));
    client.socket.write(frame(`40${JSON.stringify({ token: auth })}`));
    await client.until((text) => text.startsWith('42["session:ready"'));
    return client;
  }

  /** Emits and waits for the ack. */
  async ask(event, args) {
    const id = this.#nextId++;
    this.socket.write(frame(`42${id}${JSON.stringify([event, args])}`));
    const answer = await this.until((text) => text.startsWith(`43${id}[`));
    if (!answer.includes('"success":true')) throw new Error(`${event} was answered ${answer}`);
  }

  /** The first packet from now on that `isIt`. */
  until(isIt) {
    return new Promise((resolve, reject) => {
      const waiting = { isIt, resolve, reject };
      waiting.timer = setTimeout(() => reject(new Error("the server is silent")), patienceMs);
      this.#waiting.push(waiting);
    });
  }

  /** When so many messages have come in all. */
  async received(count) {
    while (this.delivered < count) await this.until((text) => text.startsWith('42["message:new"'));
  }

  close() {
    this.socket.destroy();
  }

  #read(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#isOpen) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isOpen = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (let found; (found = firstFrame(this.#bytes)); ) {
      this.#bytes = this.#bytes.subarray(found.size);
      this.#packet(found.text);
    }
  }

  #packet(text) {
    if (text === "2") this.socket.write(frame("3"));
    if (text.startsWith('42["message:new"')) ++this.delivered;
    for (const waiting of this.#waiting.filter(({ isIt }) => isIt(text))) {
      clearTimeout(waiting.timer);
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve(text);
    }
  }

  #end() {
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(new Error("the server closed the connection"));
    }
  }
}
