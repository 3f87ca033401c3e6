// Goal: messages that change, as stock clients see them: edits and deletions told once to every
// device, refusals, what is unread and last after them, every cursor of the lists, keys that make
// a send safe to repeat. Method: the built binary, over both transports and REST.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, rest, settled, startVeche, startWorld, tokenOf } from "./support.mjs";

const denied = { success: false, error: "Access denied", code: "forbidden" };

/** Everything a socket has been sent stands before this answer. */

for (const transports of [["websocket"], ["polling"]]) {
  describe(`messages that change, over ${transports[0]}`, () => {
    let server, ann, ann2, bob, eve;
    const all = () => [ann, ann2, bob, eve];
    const say = async (socket, text, chatId = "pair") => (await socket.ask("message:send", { chatId, text })).message;
    const chatOf = async (id, chat = "pair") => (await rest(server, "GET", `/chats/${chat}`, { token: tokenOf(id) })).body;
    before(async () => {
      server = await startWorld();
      [ann, ann2, bob, eve] = await Promise.all(["ann", "ann", "bob", "eve"].map((id) => connected(server, id, { transports })));
      await bob.ask("chat:join", { chatId: "pair" });
    });
    after(async () => {
      for (const socket of all()) socket?.disconnect();
      await server?.stop();
    });

    test("message:edit is told once to every device, with the ack's message and the next rev", async () => {
      const one = await say(ann, "one");
      const answer = await ann.ask("message:edit", { messageId: one._id, text: "uno", ifRev: one.rev });
      assert.equal(answer.success, true);
      const { message } = answer;
      assert.deepEqual({ ...message, rev: 0, text: "", updatedAt: "", editedAt: "" }, { ...one, rev: 0, text: "", updatedAt: "", editedAt: "" });
      assert.deepEqual([message.text, message.rev, message.updatedAt], ["uno", one.rev + 1, message.editedAt]);
      await settled(...all());
      for (const socket of [ann, ann2, bob]) assert.deepEqual(socket.of("message:edited"), [[message]]);
      assert.equal(eve.of("message:edited").length, 0);
      const order = ann.seen.map((event) => event.event);
      assert.ok(order.indexOf("message:new") < order.indexOf("message:edited"));

      const again = await ann.ask("message:edit", { messageId: one._id, text: "uno" });
      assert.deepEqual(again.message, message);
      assert.equal((await ann.ask("message:edit", { messageId: one._id, text: "due", ifRev: one.rev })).code, "conflict");
      await settled(...all());
      assert.equal(bob.of("message:edited").length, 1, "the same text again is told to nobody");
      assert.equal((await chatOf("bob")).lastMessage.text, "uno");
    });

    test("who may not edit or delete", async () => {
      const one = await say(ann, "mine");
      const events = ["message:edit", "message:delete"];
      for (const event of events) {
        assert.deepEqual(await eve.ask(event, { messageId: one._id, text: "x" }), denied);
        assert.deepEqual(await eve.ask(event, { messageId: "0".repeat(24), text: "x" }), denied);
        assert.deepEqual(await ann.ask(event, { messageId: "../x", text: "x" }), denied);
        assert.equal((await bob.ask(event, { messageId: one._id, text: "x" })).code, "forbidden");
        assert.equal((await ann.ask(event, { text: "x" })).code, "validation");
      }
      for (const text of ["", "  ", 7, undefined, "x".repeat(10_001)]) {
        assert.equal((await ann.ask("message:edit", { messageId: one._id, text })).code, "validation");
      }
      assert.equal((await ann.ask("message:delete", { messageId: one._id, scope: "me" })).code, "validation");
      assert.equal((await rest(server, "GET", `/messages/${one._id}`, { token: tokenOf("bob") })).body.text, "mine");
    });

    test("message:delete is told once, unread and last message follow, the text is gone", async () => {
      await bob.ask("messages:read", { chatId: "pair" });
      await settled(bob);
      for (const socket of all()) socket.seen.length = 0;
      const [one, two] = [await say(ann, "first secret"), await say(ann, "second secret")];
      assert.equal((await chatOf("bob")).unreadCount, 2);
      assert.deepEqual(await ann.ask("message:delete", { messageId: two._id, scope: "all" }), { success: true, messageId: two._id });
      await settled(...all());
      const told = { messageId: two._id, chatId: "pair", seq: two.seq, rev: two.rev + 1, deletedBy: "ann", newLastMessage: one };
      for (const socket of [ann, ann2, bob]) assert.deepEqual(socket.of("message:deleted"), [[told]]);
      const read = (await chatOf("bob")).readSeq;
      assert.deepEqual(bob.of("chat:unread"), [[{ chatId: "pair", unreadCount: 1, readSeq: read, totalUnread: 1 }]]);
      for (const socket of [ann, ann2, eve]) assert.equal(socket.of("chat:unread").length, 0);
      assert.equal(eve.of("message:deleted").length, 0);

      const chat = await chatOf("bob");
      assert.deepEqual([chat.unreadCount, chat.lastMessage._id, chat.lastSeq, chat.rev], [1, one._id, two.seq, told.rev]);
      const { messages } = await bob.ask("messages:list", { chatId: "pair", limit: 2 });
      assert.deepEqual(messages.map((m) => [m.seq, m.text, m.isDeleted]), [[one.seq, "first secret", false], [two.seq, "", true]]);
      assert.deepEqual(await ann.ask("message:delete", { messageId: two._id }), { success: false, error: "The message has been deleted", code: "not_found" });
      assert.equal((await ann.ask("message:edit", { messageId: two._id, text: "x" })).code, "not_found");
      assert.equal((await say(ann, "next")).seq, two.seq + 1, "a deletion leaves no gap");
    });

    test("the owner of a group deletes others' messages; nobody else does", async () => {
      const mine = await say(bob, "by bob", "group");
      assert.equal((await eve.ask("message:delete", { messageId: mine._id })).code, "forbidden");
      assert.equal((await ann.ask("message:delete", { messageId: mine._id })).success, true);
      await settled(...all());
      const told = eve.of("message:deleted").at(-1)[0];
      assert.deepEqual([told.chatId, told.deletedBy, told.newLastMessage], ["group", "ann", null]);
      assert.equal((await chatOf("eve", "group")).lastMessage, null);
    });

    test("over REST too, and told to the sockets", async () => {
      const token = tokenOf("ann");
      const posted = await rest(server, "POST", "/messages", { token, body: { chat: "pair", text: "posted" } });
      assert.equal(posted.status, 201);
      const id = posted.body.message._id;
      await settled(bob);
      assert.deepEqual(bob.of("message:new").at(-1)[0], posted.body.message);
      const edited = await rest(server, "PATCH", `/messages/${id}`, { token, body: { text: "patched" } });
      assert.deepEqual([edited.status, edited.body.success, edited.body.message.text], [200, true, "patched"]);
      await settled(bob);
      assert.deepEqual(bob.of("message:edited").at(-1)[0], edited.body.message);
      for (const method of ["PATCH", "DELETE", "GET"]) {
        const body = method === "PATCH" ? { text: "x" } : undefined;
        const stranger = await rest(server, method, `/messages/${id}`, { token: tokenOf("eve"), body });
        const unknown = await rest(server, method, `/messages/${"0".repeat(24)}`, { token, body });
        assert.equal(stranger.status, 404);
        assert.equal(stranger.text, unknown.text);
      }
      assert.equal((await rest(server, "DELETE", `/messages/${id}`, { token: tokenOf("bob") })).status, 403);
      assert.equal((await rest(server, "DELETE", `/messages/${id}?scope=me`, { token })).status, 400);
      const gone = await rest(server, "DELETE", `/api/messages/${id}`, { token });
      assert.deepEqual([gone.status, gone.body], [200, { success: true, message: "Message deleted" }]);
      await settled(bob);
      assert.equal(bob.of("message:deleted").at(-1)[0].messageId, id);
      assert.equal((await rest(server, "DELETE", `/messages/${id}`, { token })).status, 404);
      const shown = await rest(server, "GET", `/messages/${id}`, { token });
      assert.deepEqual([shown.body.isDeleted, shown.body.text], [true, ""]);
    });

    test("all of it is still so after a kill", async () => {
      const before = [await chatOf("bob"), await chatOf("eve", "group"), (await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("bob") })).body];
      for (const socket of all()) socket.disconnect();
      await server.stop("SIGKILL");
      server = await startVeche({ folder: server.folder });
      const later = [await chatOf("bob"), await chatOf("eve", "group"), (await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("bob") })).body];
      assert.deepEqual(later, before);
    });
  });
}

describe("every cursor of a list", () => {
  let server, ann;
  const created = [];
  before(async () => {
    server = await startWorld();
    ann = await connected(server, "ann");
    for (let i = 1; i <= 120; ++i) {
      const { message } = await ann.ask("message:send", { chatId: "pair", text: String(i) });
      created.push(message.createdAt);
    }
  });
  after(async () => {
    ann?.disconnect();
    await server?.stop();
  });
  const list = async (query, path = "/chats/pair/messages") => {
    const { status, body } = await rest(server, "GET", path + query, { token: tokenOf("bob") });
    return status === 200 ? [body.messages.map((one) => one.seq), body.hasMore, body.nextCursor] : [status, body.code];
  };
  const run = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

  test("by seq, by skip and by date, under both paths", async () => {
    for (const path of ["/chats/pair/messages", "/messages/chats/pair", "/api/messages/chats/pair"]) {
      assert.deepEqual(await list("", path), [run(71, 120), true, 71]);
      assert.deepEqual(await list("?limit=10&beforeSeq=71", path), [run(61, 70), true, 61]);
      assert.deepEqual(await list("?limit=10&afterSeq=115", path), [run(116, 120), false, null]);
      assert.deepEqual(await list("?limit=5&aroundSeq=50", path), [run(48, 52), true, 48]);
      assert.deepEqual(await list("?limit=50&skip=50", path), [run(21, 70), true, 21]);
      assert.deepEqual(await list("?limit=50&skip=100", path), [run(1, 20), false, null]);
      assert.deepEqual(await list("?skip=120", path), [[], false, null]);
    }
    for (const seq of [1, 2, 60, 61, 119, 120]) {
      const older = created.filter((date) => date < created[seq - 1]).length;
      const [seqs] = await list(`?limit=3&before=${created[seq - 1]}`);
      assert.deepEqual(seqs, run(Math.max(1, older - 2), older));
    }
    assert.deepEqual(await list("?limit=2&before=2999-01-01"), [[119, 120], true, 119]);
    assert.deepEqual(await list("?before=1999-12-31T23:59:59Z"), [[], false, null]);
  });

  test("one cursor at a time, and only what is one", async () => {
    for (const query of ["?skip=1&beforeSeq=1", "?before=2999-01-01&skip=1", "?afterSeq=1&aroundSeq=1", "?before=soon", "?skip=-1", "?skip=1.5", "?limit=201"]) {
      assert.deepEqual(await list(query), [400, "validation"], query);
    }
  });

  test("a page around a message that is too long keeps that message", async () => {
    const long = "я".repeat(9_000);
    for (let i = 0; i < 40; ++i) assert.equal((await ann.ask("message:send", { chatId: "group", text: long })).success, true);
    const [seqs, more] = await list("?limit=40&aroundSeq=20", "/chats/group/messages");
    assert.equal(more, true);
    assert.ok(seqs.length >= 13 && seqs.length <= 15, `${seqs.length} messages`);
    assert.ok(Math.abs((seqs[0] + seqs.at(-1)) / 2 - 20) <= 1, `${seqs[0]} to ${seqs.at(-1)}`);
    const socket = await ann.ask("messages:list", { chatId: "group", aroundSeq: 20, limit: 40 });
    assert.deepEqual(socket.messages.map((one) => one.seq), seqs);
  });
});

describe("Idempotency-Key and clientMessageId", () => {
  let server, ann, bob;
  before(async () => {
    server = await startWorld();
    [ann, bob] = await Promise.all(["ann", "bob"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [ann, bob]) socket?.disconnect();
    await server?.stop();
  });
  const post = (body, key) => rest(server, "POST", "/messages", { token: tokenOf("ann"), body, headers: { "idempotency-key": key } });

  test("the same key gives the original, told once; with another body it is a conflict", async () => {
    const body = { chat: "pair", text: "once" };
    const first = await post(body, "key-1");
    assert.equal(first.status, 201);
    assert.equal(first.body.message.clientMessageId, "key-1");
    const again = await post(body, "key-1");
    assert.deepEqual(again.body.message, first.body.message);
    assert.equal(again.body.duplicate, true);
    const other = await post({ ...body, text: "twice" }, "key-1");
    assert.deepEqual([other.status, other.body.code], [409, "conflict"]);
    const socket = await ann.ask("message:send", { chatId: "pair", text: "once", clientMessageId: "key-1" });
    assert.deepEqual([socket.message._id, socket.duplicate], [first.body.message._id, true]);
    assert.equal((await post({ chat: "group", text: "twice" }, "key-1")).status, 201, "each chat has its own keys");
    await settled(ann, bob);
    assert.equal(bob.of("message:new").filter(([one]) => one.chat === "pair").length, 1);
  });

  test("a repeat gives the message as it is now", async () => {
    const { body } = await post({ chat: "pair", text: "draft" }, "key-2");
    const edited = await ann.ask("message:edit", { messageId: body.message._id, text: "final" });
    assert.deepEqual((await post({ chat: "pair", text: "draft" }, "key-2")).body.message, edited.message);
    await ann.ask("message:delete", { messageId: body.message._id });
    const gone = await post({ chat: "pair", text: "draft" }, "key-2");
    assert.deepEqual([gone.body.message.isDeleted, gone.body.message.text], [true, ""]);
  });
});

describe("replyTo and forwarded", () => {
  let server, ann, bob;
  before(async () => {
    server = await startWorld();
    [ann, bob] = await Promise.all(["ann", "bob"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [ann, bob]) socket?.disconnect();
    await server?.stop();
  });

  test("both are kept and told; an answer stays in its chat", async () => {
    const asked = (await ann.ask("message:send", { chatId: "pair", text: "well?" })).message;
    assert.deepEqual([asked.replyTo, asked.forwarded], [undefined, undefined]);
    const { message } = await bob.ask("message:send", { chatId: "pair", text: "well.", replyTo: asked._id, forwarded: true });
    assert.deepEqual([message.replyTo, message.forwarded], [asked._id, true]);
    assert.deepEqual(await ann.next("message:new", 2), message);
    const { messages } = await ann.ask("messages:list", { chatId: "pair" });
    assert.deepEqual(messages, [asked, message]);
    const elsewhere = { success: false, error: "replyTo must name a message of the chat", code: "validation" };
    for (const replyTo of [asked._id, "0".repeat(24), "$"]) {
      assert.deepEqual(await bob.ask("message:send", { chatId: "group", text: "x", replyTo }), elsewhere);
    }
    const posted = await rest(server, "POST", "/messages", { token: tokenOf("ann"), body: { chat: "pair", text: "over REST", replyTo: message._id } });
    assert.deepEqual([posted.status, posted.body.message.replyTo], [201, message._id]);
  });
});
