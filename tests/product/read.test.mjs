// Goal: reading over sockets and REST, as stock clients see it: cursors that only rise, unread
// that is what a recount gives, and the same after a restart. Method: the built binary.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, rest, startVeche, startWorld, tokenOf } from "./support.mjs";

describe("read cursors", () => {
  let server, ann, bob, bob2;
  const unreadOf = async (id, chat = "pair") => {
    const answer = await rest(server, "GET", `/chats/${chat}`, { token: tokenOf(id) });
    return [answer.body.unreadCount, answer.body.readSeq];
  };
  before(async () => {
    server = await startWorld();
    [ann, bob, bob2] = await Promise.all(["ann", "bob", "bob"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [ann, bob, bob2]) socket?.disconnect();
    await server?.stop();
  });

  test("messages:read moves the cursor up, tells both sides, and never moves it back", async () => {
    const sent = [];
    for (const text of ["1", "2", "3"]) sent.push((await ann.ask("message:send", { chatId: "pair", text })).message);
    await bob.ask("message:send", { chatId: "pair", text: "mine" });
    sent.push((await ann.ask("message:send", { chatId: "pair", text: "5" })).message);
    assert.deepEqual(await unreadOf("bob"), [4, 0]);

    const read = await bob.ask("messages:read", { chatId: "pair", seq: 2 });
    assert.deepEqual(read, { success: true, updatedCount: 2, messageIds: sent.slice(0, 2).map((one) => one._id), readSeq: 2, unreadCount: 2 });
    const told = await ann.next("messages:read");
    assert.equal(typeof told.rev, "number");
    assert.deepEqual({ ...told, rev: 0 }, { chatId: "pair", rev: 0, readBy: "bob", readSeq: 2 });
    for (const socket of [bob, bob2]) {
      assert.deepEqual(await socket.next("chat:unread"), { chatId: "pair", unreadCount: 2, readSeq: 2, totalUnread: 2 });
    }
    assert.equal(ann.of("chat:unread").length, 0);

    const behind = await bob.ask("message:read", { messageId: sent[0]._id });
    assert.deepEqual(behind, { success: true, updatedCount: 0, messageIds: [], readSeq: 2, unreadCount: 2 });
    assert.equal(bob.of("messages:read").length, 1);
    const one = await bob.ask("message:read", { messageId: sent[2]._id });
    assert.deepEqual([one.updatedCount, one.readSeq, one.unreadCount], [1, 3, 1]);
    assert.deepEqual(await unreadOf("bob"), [1, 3]);
  });

  test("PATCH /chats/:id/read reads all; strangers get 404, or Access denied over a socket", async () => {
    const all = await rest(server, "PATCH", "/chats/pair/read", { token: tokenOf("bob") });
    assert.deepEqual([all.status, all.body], [200, { success: true, unreadCount: 0 }]);
    assert.deepEqual(await unreadOf("bob"), [0, 5]);
    const again = await rest(server, "PATCH", "/api/chats/pair/read", { token: tokenOf("bob"), body: {} });
    assert.equal(again.status, 200);
    const stranger = await rest(server, "PATCH", "/chats/pair/read", { token: tokenOf("eve") });
    const unknown = await rest(server, "PATCH", "/chats/nowhere/read", { token: tokenOf("eve") });
    assert.equal(stranger.status, 404);
    assert.equal(stranger.text, unknown.text);
    const eve = await connected(server, "eve");
    const denied = { success: false, error: "Access denied", code: "forbidden" };
    assert.deepEqual(await eve.ask("messages:read", { chatId: "pair" }), denied);
    assert.deepEqual(await eve.ask("message:read", { messageId: "0".repeat(24) }), denied);
    eve.disconnect();
  });

  test("the cursor is still there after a kill", async () => {
    await server.stop("SIGKILL");
    server = await startVeche({ folder: server.folder });
    assert.deepEqual(await unreadOf("bob"), [0, 5]);
    assert.deepEqual(await unreadOf("ann"), [1, 0]);
  });

  test("R19: a deleted chat is gone for both, and nobody joins, sends or deletes", async () => {
    const [one, two] = await Promise.all(["ann", "bob"].map((id) => connected(server, id)));
    await two.ask("chat:join", { chatId: "pair" });
    const denied = { success: false, error: "Access denied", code: "forbidden" };
    const stranger = await rest(server, "DELETE", "/chats/pair", { token: tokenOf("eve") });
    assert.equal(stranger.status, 404);
    assert.equal((await one.ask("chat:delete", { chatId: "pair" })).success, true);
    assert.equal((await two.next("chat:deleted")).chatId, "pair");
    for (const socket of [one, two]) {
      assert.deepEqual(await socket.ask("chat:join", { chatId: "pair" }), denied);
      assert.deepEqual(await socket.ask("message:send", { chatId: "pair", text: "x" }), denied);
      assert.deepEqual(await socket.ask("chat:delete", { chatId: "pair" }), denied);
    }
    assert.equal((await rest(server, "GET", "/chats/pair", { token: tokenOf("bob") })).status, 404);
    const member = await rest(server, "DELETE", "/chats/group", { token: tokenOf("bob") });
    assert.equal(member.status, 403, "only the owner deletes a group");
    const owner = await rest(server, "DELETE", "/chats/group", { token: tokenOf("ann") });
    assert.equal(owner.status, 200);
    const fresh = await rest(server, "POST", "/chats", { token: tokenOf("ann"), body: { participantId: "bob" } });
    assert.equal(fresh.status, 201, "the pair may talk again, in a new chat");
    one.disconnect();
    two.disconnect();
  });
});
