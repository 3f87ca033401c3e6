// Two users with two devices each talk over mixed transports, and lose their connections all the
// time. In the end every device has every message once, in one order, and unread counts are right.
//
//   VECHE_TALK_SECONDS=600 VECHE_TALK_SEED=7 node --test product/talk.test.mjs
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, rest, startWorld, tokenOf, until, within } from "./support.mjs";

const seconds = Number(process.env.VECHE_TALK_SECONDS ?? 20);
const seed = Number(process.env.VECHE_TALK_SEED ?? Date.now() % 1_000_000);
const chatId = "pair";

/** The same choices for the same seed (a linear congruential generator). */
function chooser(start) {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A front-end: keeps messages by seq, asks for what it missed, sends until it has an ack. */
class Device {
  constructor(server, user, name, transports, choose) {
    Object.assign(this, { server, user, name, choose });
    this.messages = new Map();
    this.acked = [];
    this.connections = 0;
    this.count = 0;
    this.ways = new Set();
    this.socket = client(server, { token: tokenOf(user) }, {
      transports, reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 100, timeout: 5_000,
    });
    this.socket.on("connect", () => { this.connections += 1; this.live = new Set(); });
    this.socket.on("session:ready", () => this.catchUp());
    this.socket.on("message:new", (message) => {
      assert.ok(!this.live.has(message.seq), `${name} heard ${message.seq} twice on one connection`);
      this.live.add(message.seq);
      this.ways.add(this.socket.io.engine.transport.name);
      this.keep(message);
    });
  }

  keep(message) {
    const known = this.messages.get(message.seq);
    assert.ok(known === undefined || known._id === message._id, `${this.name} has two messages ${message.seq}`);
    this.messages.set(message.seq, message);
  }

  /** The lowest seq before which nothing is missing. */
  get whole() {
    let seq = 0;
    while (this.messages.has(seq + 1)) seq += 1;
    return seq;
  }

  async catchUp() {
    for (let more = true; more && this.socket.connected;) {
      const page = await this.ask("messages:list", { chatId, afterSeq: this.whole, limit: 50 }).catch(() => undefined);
      if (page === undefined) return;
      assert.equal(page.success, true);
      page.messages.forEach((message) => this.keep(message));
      more = page.hasMore;
    }
  }

  ask(event, payload) { return this.socket.timeout(3_000).emitWithAck(event, payload); }

  /** Sends one message until the server has answered; every try has the same key. */
  async send() {
    const clientMessageId = `${this.name}-${this.count += 1}`;
    for (;;) {
      const ack = await this.ask("message:send", { chatId, text: `text of ${clientMessageId}`, clientMessageId }).catch(() => undefined);
      if (ack === undefined) continue;
      assert.equal(ack.success, true, JSON.stringify(ack));
      this.acked.push({ clientMessageId, seq: ack.message.seq });
      return;
    }
  }

  /** Reads up to some message; the cursor rises whatever happens to the answer. */
  async read() {
    const seq = this.choose(this.whole + 1);
    const ack = await this.ask("message:read", { chatId, seq }).catch(() => undefined);
    if (ack !== undefined) assert.ok(ack.readSeq >= seq);
  }

  /** Loses the connection in one of the ways in which connections are lost. */
  async stumble() {
    const { engine } = this.socket.io;
    switch (this.choose(4)) {
      case 0:
        this.socket.disconnect();
        await pause(this.choose(200));
        this.socket.connect();
        return;
      case 1: engine.close(); return;
      case 2: engine.transport.ws?.terminate?.(); engine.transport.pollXhr?.abort?.(); return;
      default: engine.transport.close();
    }
  }

  async step() {
    const what = this.choose(100);
    if (what < 60) return this.send();
    if (what < 75) return this.read();
    if (what < 82) return void await this.ask(this.choose(2) === 0 ? "chat:join" : "chat:leave", { chatId }).catch(() => {});
    if (what < 92) return this.stumble();
    return pause(this.choose(100));
  }
}

describe(`a talk of ${seconds} s (VECHE_TALK_SEED=${seed})`, () => {
  let server;
  let devices = [];
  before(async () => { server = await startWorld({ args: ["--loops", "2", "--ping-interval", "500", "--ping-timeout", "1000"] }); });
  after(async () => {
    for (const device of devices) device.socket.disconnect();
    await server.stop();
  });

  test("every device has every message once, and unread counts are right", { timeout: (seconds + 120) * 1000 }, async (t) => {
    const ways = [["websocket"], ["polling"], ["polling", "websocket"], ["websocket"]];
    devices = ["ann", "ann", "bob", "bob"].map((user, i) =>
      new Device(server, user, `${user}${i}`, ways[i], chooser(seed + i)));
    const end = Date.now() + seconds * 1000;
    await Promise.all(devices.map(async (device) => { while (Date.now() < end) await device.step(); }));

    // Everybody comes to rest.
    for (const device of devices) device.socket.connect();
    const acked = devices.flatMap((device) => device.acked);
    await until(() => devices.every((device) => device.socket.connected), "all to be connected");
    await Promise.all(devices.map((device) => within(device.catchUp(), "the last page")));

    const last = Math.max(...acked.map(({ seq }) => seq));
    assert.ok(acked.length > seconds, `only ${acked.length} messages`);
    for (const device of devices) {
      assert.ok(device.connections > 1 + seconds / 10, `${device.name} connected ${device.connections} times only`);
      assert.ok(device.ways.size > 0, `${device.name} heard nothing live`);
      assert.equal(device.whole, device.messages.size, `${device.name} misses a message`);
      assert.ok(device.whole >= last);
      assert.deepEqual(
        [...device.messages].sort(([one], [other]) => one - other).map(([, message]) => message._id),
        [...devices[0].messages].sort(([one], [other]) => one - other).map(([, message]) => message._id),
      );
      const keys = [...device.messages.values()].map((message) => message.clientMessageId);
      assert.equal(new Set(keys).size, keys.length, `${device.name} has a message twice`);
      for (const { clientMessageId, seq } of acked) assert.equal(device.messages.get(seq)?.clientMessageId, clientMessageId);
    }
    for (const user of ["ann", "bob"]) {
      const chat = (await rest(server, "GET", `/chats/${chatId}`, { token: tokenOf(user) })).body;
      const unread = [...devices[0].messages.values()].filter(({ seq, sender }) => seq > chat.readSeq && sender._id !== user);
      assert.equal(chat.unreadCount, unread.length, `unread of ${user}`);
    }
    t.diagnostic(`${devices[0].messages.size} messages, ${devices.reduce((sum, { connections }) => sum + connections, 0)} connections`);
  });
});
