// Goal: changing a group, as stock clients see it. Method: the built binary.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, rest, startWorld, tokenOf } from "./support.mjs";

describe("chat:update", () => {
  let server, ann, bob;
  before(async () => {
    server = await startWorld();
    [ann, bob] = await Promise.all(["ann", "bob"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [ann, bob]) socket?.disconnect();
    await server?.stop();
  });

  test("the owner's change reaches everybody, over a socket and over REST", async () => {
    const ack = await ann.ask("chat:update", { chatId: "group", name: "Team", avatar: "t.png" });
    assert.equal(ack.chat.name, "Team");
    const told = await bob.next("chat:updated");
    assert.deepEqual(told, { chatId: "group", rev: ack.chat.rev, changes: { name: "Team", avatar: "t.png" } });
    const patched = await rest(server, "PATCH", "/chats/group/info", { token: tokenOf("ann"), body: { description: "all of us" } });
    assert.equal(patched.status, 200);
    const second = await bob.next("chat:updated", 2);
    assert.deepEqual(second, { chatId: "group", rev: told.rev + 1, changes: { description: "all of us" } });
    const seen = await rest(server, "GET", "/chats/group", { token: tokenOf("eve") });
    assert.deepEqual([seen.body.name, seen.body.avatar, seen.body.description], ["Team", "t.png", "all of us"]);
  });

  test("members and strangers may not, and a personal chat has no name", async () => {
    const forbidden = await bob.ask("chat:update", { chatId: "group", name: "Mine" });
    assert.deepEqual([forbidden.success, forbidden.code], [false, "forbidden"]);
    const stranger = await rest(server, "PATCH", "/chats/pair", { token: tokenOf("eve"), body: { name: "x" } });
    assert.equal(stranger.status, 404);
    const personal = await rest(server, "PATCH", "/chats/pair", { token: tokenOf("ann"), body: { name: "x" } });
    assert.equal(personal.status, 403);
  });
});
