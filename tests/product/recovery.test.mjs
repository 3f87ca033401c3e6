// A stock client that loses its transport comes back to where it was: it gets what it missed, once,
// in order, on any loop and after a restart of the server; or a new session, and nothing.
import assert from "node:assert/strict";
import { createConnection, createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { client, connected, importWorld, freshFolder, settled, startVeche, startWorld, tokenOf, until, within } from "./support.mjs";

const texts = (socket) => socket.of("message:new").map(([message]) => `${message.chat}:${message.text}`);

/** Loses the connection in some way, and forgets what it had heard. */
async function leave(socket, how = () => socket.io.engine.close()) {
  how();
  await until(() => !socket.connected, "the connection to be lost");
  socket.seen.length = 0;
}

async function comeBack(socket) {
  socket.connect();
  await socket.next("session:ready");
  await settled(socket);
}

async function send(socket, chatId, text) {
  const ack = await socket.ask("message:send", { chatId, text });
  assert.equal(ack.success, true, JSON.stringify(ack));
}

/** A TCP proxy whose connections can all be dropped. */
async function startProxy(port) {
  const sockets = new Set();
  const proxy = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => { sockets.delete(from); to.destroy(); });
    }
  });
  await new Promise((resolve) => { proxy.listen(0, "127.0.0.1", resolve); });
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    drop: () => { for (const socket of sockets) socket.destroy(); },
    stop: () => { for (const socket of sockets) socket.destroy(); proxy.close(); },
  };
}

for (const transport of ["websocket", "polling"]) {
  describe(`recovery from the log over ${transport}`, () => {
    const options = { transports: [transport] };
    let server, bob;
    before(async () => {
      server = await startWorld({ args: ["--loops", "3"] });
      bob = await connected(server, "bob");
    });
    after(async () => { bob.disconnect(); await server.stop(); });

    test("the pid stands in the answer to CONNECT, and not for a bad token", async () => {
      const ann = await connected(server, "ann", options);
      assert.match(ann._pid, /^[\w-]{20}\.ann\./);
      const nobody = client(server, { token: "bad" }, options);
      await nobody.next("disconnect");
      assert.equal(nobody._pid, undefined);
      ann.disconnect();
    });

    test("messages of two chats, each once, in order, own ones too", async () => {
      const ann = await connected(server, "ann", options);
      const other = await connected(server, "ann");
      const { id } = ann;
      await send(bob, "pair", "heard");
      await ann.next("message:new");
      await leave(ann);
      for (const [who, chat, text] of [[bob, "pair", "1"], [bob, "group", "2"], [other, "pair", "3"], [bob, "group", "4"]]) {
        await send(who, chat, text);
      }
      await comeBack(ann);
      assert.equal(ann.recovered, true);
      assert.equal(ann.id, id);
      assert.deepEqual(texts(ann), ["pair:1", "group:2", "pair:3", "group:4"]);
      // Told before CONNECT was answered; the stock client hands them over first.
      assert.deepEqual(ann.seen.slice(4, 6).map(({ event }) => event), ["connect", "session:ready"]);
      await send(bob, "pair", "live");
      await settled(ann);
      assert.equal(texts(ann).at(-1), "pair:live");
      assert.equal(texts(ann).length, 5);

      await leave(ann);
      await comeBack(ann);
      assert.equal(ann.recovered, true);
      assert.deepEqual(texts(ann), []);
      for (const socket of [ann, other]) socket.disconnect();
    });

    test("before the first event, from CONNECT on", async () => {
      const ann = await connected(server, "ann", options);
      await leave(ann);
      await send(bob, "pair", "first");
      await comeBack(ann);
      assert.equal(ann.recovered, true);
      assert.deepEqual(texts(ann), ["pair:first"]);
      ann.disconnect();
    });

    test("a TCP connection that drops, again and again, while messages come", async () => {
      const proxy = await startProxy(server.port);
      const ann = client({ url: proxy.url }, { token: tokenOf("ann") },
        { ...options, reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20 });
      await ann.next("session:ready");
      const expected = [];
      for (let round = 0; round < 10; round += 1) {
        for (let i = 0; i < 5; i += 1) {
          const text = `${round}.${i}`;
          expected.push(`group:${text}`);
          const sent = send(bob, "group", text);
          if (i === round % 5) proxy.drop();
          await sent;
        }
        await until(() => ann.connected, "the client to be back");
        assert.equal(ann.recovered || round === 0, true, `round ${round}`);
      }
      await until(() => texts(ann).length >= expected.length, "the last message");
      await settled(ann);
      assert.deepEqual(texts(ann), expected);
      assert.ok(ann.of("connect").length > 1);
      ann.disconnect();
      proxy.stop();
    });

    test("of a chat left meanwhile nothing but the removal; of a new one all of it", async () => {
      const ann = await connected(server, "ann");
      const eve = await connected(server, "eve", options);
      const made = await ann.ask("chat:create", { type: "group", name: "Left", memberIds: ["eve", "bob"] });
      const chatId = made.chat._id;
      await settled(eve);
      await leave(eve);
      await send(ann, chatId, "not for eve any more");
      const removed = await ann.ask("group:remove-member", { chatId, userId: "eve" });
      assert.equal(removed.success, true);
      await send(ann, chatId, "without eve");
      await send(ann, "group", "for all");
      const next = await ann.ask("chat:create", { type: "group", name: "New", memberIds: ["eve", "bob"] });
      await comeBack(eve);
      assert.equal(eve.recovered, true);
      assert.deepEqual(texts(eve), ["group:for all"]);
      assert.deepEqual(eve.seen.map(({ event }) => event).slice(0, 4),
        ["group:removed", "message:new", "chat:created", "group:created"]);
      assert.equal(eve.of("group:removed")[0][0].chatId, chatId);
      assert.equal(eve.of("chat:created")[0][0]._id, next.chat._id);
      for (const socket of [ann, eve]) socket.disconnect();
    });

    test("another user's pid, and offsets that are none: a new session, and nothing of the old", async () => {
      const ann = await connected(server, "ann", options);
      const pid = ann._pid;
      await leave(ann);
      await send(bob, "pair", "secret");
      const eve = client(server, { token: tokenOf("eve") }, options);
      eve._pid = pid;
      await eve.next("session:ready");
      assert.equal(eve.recovered, false);
      assert.deepEqual(texts(eve), []);
      for (const offset of ["garbage", "x".repeat(65_536), `${pid.split(".")[2]}.99999999`]) {
        const other = client(server, { token: tokenOf("ann") }, options);
        other._pid = pid;
        other._lastOffset = offset;
        await other.next("session:ready");
        assert.equal(other.recovered, false);
        assert.deepEqual(texts(other), []);
        other.disconnect();
      }
      for (const bad of ["x", "y".repeat(65_536), `${pid}0`]) {
        const other = client(server, { token: tokenOf("ann") }, options);
        other._pid = bad;
        await other.next("session:ready");
        assert.equal(other.recovered, false);
        other.disconnect();
      }
      assert.doesNotMatch(server.output, /yyyy|xxxx|garbage/);
      for (const socket of [ann, eve]) socket.disconnect();
    });

    test("one socket lives for a sid: the newer", async () => {
      const ann = await connected(server, "ann", options);
      const { id } = ann;
      const twin = client(server, { token: tokenOf("ann") }, options);
      twin._pid = ann._pid;
      await twin.next("session:ready");
      assert.equal(twin.recovered, true);
      assert.equal(twin.id, id);
      await until(() => !ann.connected, "the older one to be closed");
      await send(bob, "pair", "to one");
      await settled(twin);
      assert.deepEqual(texts(twin), ["pair:to one"]);
      for (const socket of [ann, twin]) socket.disconnect();
    });

    test("more than 1,000 facts: a new session", { timeout: 60_000 }, async () => {
      const ann = await connected(server, "ann", options);
      await send(bob, "group", "before");
      await ann.next("message:new");
      const pid = ann._pid;
      await leave(ann);
      await Promise.all(Array.from({ length: 1_000 }, (_, i) => send(bob, "group", String(i))));
      await comeBack(ann);
      assert.equal(ann.recovered, true);
      assert.deepEqual(texts(ann), Array.from({ length: 1_000 }, (_, i) => `group:${i}`));
      await leave(ann);
      await Promise.all(Array.from({ length: 1_001 }, (_, i) => send(bob, "group", String(i))));
      await comeBack(ann);
      assert.equal(ann.recovered, false);
      assert.notEqual(ann._pid, pid);
      assert.deepEqual(texts(ann), []);
      ann.disconnect();
    });
  });
}

describe("recovery across a restart", () => {
  for (const signal of ["SIGKILL", "SIGTERM"]) {
    test(`after ${signal}, on the same folder, the log goes on where it was`, { timeout: 60_000 }, async () => {
      const folder = freshFolder();
      importWorld(folder);
      const first = await startVeche({ folder, args: ["--loops", "2"] });
      const ann = await connected(first, "ann");
      let bob = await connected(first, "bob");
      const { id } = ann;
      await send(bob, "pair", "heard");
      await ann.next("message:new");
      await leave(ann);
      await send(bob, "pair", "before");
      bob.disconnect();
      await first.stop(signal);

      const again = await startVeche({ folder, args: ["--loops", "2"] });
      bob = await connected(again, "bob");
      await send(bob, "pair", "after");
      // The manager knows the old port; only the address of the server has changed.
      ann.io.uri = again.url;
      await comeBack(ann);
      assert.equal(ann.recovered, true);
      assert.equal(ann.id, id);
      assert.deepEqual(texts(ann), ["pair:before", "pair:after"]);

      // Another folder is another log.
      const elsewhere = await startWorld();
      await leave(ann);
      ann.io.uri = elsewhere.url;
      await comeBack(ann);
      assert.equal(ann.recovered, false);
      assert.deepEqual(texts(ann), []);
      for (const socket of [ann, bob]) socket.disconnect();
      await Promise.all([again, elsewhere].map((server) => within(server.stop(), "the end")));
    });
  }
});
