// What an ack promises: the message is on disk, once, in order, whatever happens to the process.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { connected, freshFolder, rest, startVeche, startWorld, tokenOf, until, within } from "./support.mjs";

/** A sanitized build is allowed to start more slowly. */
const restartLimit = process.env.VECHE_SANITIZED ? 20_000 : 2_000;

async function everyMessage(server, chat, user) {
  const all = [];
  for (let after = 0; ;) {
    const page = await rest(server, "GET", `/chats/${chat}/messages?afterSeq=${after}&limit=200`, { token: tokenOf(user) });
    assert.equal(page.status, 200);
    all.push(...page.body.messages);
    if (!page.body.hasMore) return all;
    after = all.at(-1).seq;
  }
}

describe("a restart keeps everything", () => {
  test("messages, chats, unread counts and the secret", async () => {
    const first = await startWorld();
    const ann = await connected(first, "ann");
    const sent = [];
    for (let i = 0; i < 150; ++i) sent.push((await ann.ask("message:send", { chatId: "pair", text: `m${i}` })).message);
    ann.disconnect();
    const list = await rest(first, "GET", "/chats", { token: tokenOf("bob") });
    assert.equal((await first.stop()).code, 0);

    const second = await startVeche({ folder: first.folder });
    assert.deepEqual(await everyMessage(second, "pair", "bob"), sent);
    assert.deepEqual((await rest(second, "GET", "/chats", { token: tokenOf("bob") })).body, list.body);
    const bob = await connected(second, "bob");
    const next = await bob.ask("message:send", { chatId: "pair", text: "on we go" });
    assert.equal(next.message.seq, 151);
    bob.disconnect();
    await second.stop();
  });

  test("a generated secret is kept, so tokens stay good", async () => {
    const folder = freshFolder();
    const first = await startVeche({ folder, env: { JWT_SECRET: "" } });
    const made = await rest(first, "POST", "/auth/register", { body: { name: "Dan", email: "dan@example.com", password: "password123" } });
    await first.stop();
    const second = await startVeche({ folder, env: { JWT_SECRET: "" } });
    const me = await rest(second, "GET", "/auth/me", { token: made.body.accessToken });
    assert.equal(me.status, 200);
    await second.stop();
  });
});

describe("kill -9 under load", () => {
  test("every acked message is there, once, in order, and nothing was promised twice", async () => {
    const server = await startWorld();
    const writers = await Promise.all(["ann", "bob", "ann", "bob"].map((id) => connected(server, id)));
    const acked = new Map();
    let dead = false;
    const work = writers.flatMap((socket, w) => [0, 1, 2, 3].map(async (lane) => {
      for (let i = 0; !dead; ++i) {
        const key = `w${w}-l${lane}-${i}`;
        try {
          const answer = await socket.timeout(5_000).emitWithAck("message:send", { chatId: "group", text: key, clientMessageId: key });
          if (answer.success) acked.set(key, answer.message);
        } catch { return; }
      }
    }));
    await until(() => acked.size > 500, "500 acks");
    server.child.kill("SIGKILL");
    await within(server.ended, "the kill");
    dead = true;
    for (const socket of writers) socket.disconnect();
    await within(Promise.allSettled(work), "the writers");

    const started = Date.now();
    const again = await startVeche({ folder: server.folder });
    assert.ok(Date.now() - started < restartLimit, `restart took ${Date.now() - started} ms`);
    const stored = await everyMessage(again, "group", "eve");
    assert.deepEqual(stored.map((message) => message.seq), stored.map((_, i) => i + 1));
    const byKey = new Map(stored.map((message) => [message.clientMessageId, message]));
    assert.equal(byKey.size, stored.length, "a key stands once");
    for (const [key, message] of acked) assert.deepEqual(byKey.get(key), message);
    for (let w = 0; w < 4; ++w) {
      for (let lane = 0; lane < 4; ++lane) {
        const order = stored.filter((message) => message.text.startsWith(`w${w}-l${lane}-`)).map((message) => Number(message.text.split("-")[2]));
        assert.deepEqual(order, order.map((_, i) => i), "a lane's messages stand in their order");
      }
    }
    const retried = await connected(again, "ann");
    const [key, original] = [...acked].find(([k]) => k.startsWith("w0-"));
    const repeat = await retried.ask("message:send", { chatId: "group", text: key, clientMessageId: key });
    assert.equal(repeat.duplicate, true);
    assert.deepEqual(repeat.message, original);
    retried.disconnect();
    await again.stop();
  });
});

describe("SIGTERM", () => {
  test("what was sent before is answered or stored, then the process exits with 0", async () => {
    const server = await startWorld();
    const ann = await connected(server, "ann");
    const answers = [];
    for (let i = 0; i < 50; ++i) ann.emit("message:send", { chatId: "pair", text: `t${i}` }, (answer) => answers.push(answer));
    await until(() => answers.length > 0, "the first ack");
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    const again = await startVeche({ folder: server.folder });
    const stored = await everyMessage(again, "pair", "bob");
    const acked = answers.filter((answer) => answer.success).length;
    assert.ok(stored.length >= acked, `${stored.length} stored, ${acked} acked`);
    await again.stop();
  });
});
