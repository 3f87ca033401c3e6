// Goal: who takes part in a group, over both transports and REST, with several loops: every route,
// every refusal, and that a removed participant hears nothing more (hostile input 49). Method: the
// built binary with three loops, stock clients.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connected, rest, settled, startVeche, startWorld, tokenOf, until } from "./support.mjs";

const user = (id) => ({ user: { _id: id, email: `${id}@example.com`, name: id } });
const people = ["ann", "bob", "eve", "dan", "kim"];
const lines = [
  ...people.map(user),
  { chat: { _id: "pair", type: "personal", participants: ["ann", "bob"] } },
];
const denied = { success: false, error: "Access denied", code: "forbidden" };
const ids = (chat) => chat.participants.map((one) => one._id).sort();
const roles = (chat) => Object.fromEntries(chat.members.map((one) => [one.user, one.role]));

for (const transport of ["websocket", "polling"]) {
  describe(`groups over ${transport}`, () => {
    let server, sockets;
    const as = (id, method, target, body) => rest(server, method, target, { token: tokenOf(id), body });
    /** A new group of ann's; every socket has heard of it or never will. */
    async function group(...memberIds) {
      const { chat } = await sockets.ann.ask("group:create", { name: "Team", memberIds });
      for (const id of memberIds) {
        const has = () => sockets[id].of("chat:created").filter(([one]) => one._id === chat._id).length;
        await until(() => has() > 0, `chat:created for ${id}`);
        await settled(sockets[id]);
        assert.equal(has(), 1, `${id} hears of a new chat once`);
        assert.ok(sockets[id].of("group:created").some(([one]) => one._id === chat._id));
      }
      for (const id of people) sockets[id].seen.length = 0;
      return chat._id;
    }
    before(async () => {
      server = await startWorld({ lines, args: ["--loops", "3"] });
      const made = await Promise.all(people.map((id) => connected(server, id, { transports: [transport] })));
      sockets = Object.fromEntries(people.map((id, index) => [id, made[index]]));
    });
    after(async () => {
      for (const socket of Object.values(sockets ?? {})) socket.disconnect();
      await server?.stop();
    });

    test("a member who is added finds the chat, its history, and nothing unread", async () => {
      const chatId = await group("bob");
      await sockets.ann.ask("message:send", { chatId, text: "before" });
      const { chat } = await sockets.ann.ask("group:add-members", { chatId, userIds: ["eve", "dan", "bob"] });
      assert.deepEqual(ids(chat), ["ann", "bob", "dan", "eve"]);
      assert.deepEqual(roles(chat), { ann: "owner", bob: "member", dan: "member", eve: "member" });
      const told = await sockets.bob.next("group:member-added");
      assert.deepEqual([told.chatId, told.rev, told.addedBy], [chatId, chat.rev, "ann"]);
      assert.deepEqual(told.members.map((one) => one._id).sort(), ["dan", "eve"]);
      for (const id of ["eve", "dan"]) {
        const created = await sockets[id].next("chat:created");
        assert.deepEqual([created._id, created.unreadCount, created.lastMessage.text], [chatId, 0, "before"]);
        assert.deepEqual((await sockets[id].next("group:joined"))._id, chatId);
        await sockets[id].next("group:member-added");
      }
      assert.equal(sockets.bob.of("chat:created").length, 0, "no news to those who were in");
      assert.equal(sockets.kim.seen.length, 0);

      const own = (await as("eve", "GET", "/chats")).body.find((one) => one._id === chatId);
      assert.deepEqual([own.unreadCount, own.memberCount], [0, 4]);
      const page = await as("eve", "GET", `/chats/${chatId}/messages`);
      assert.equal(page.body.messages[0].text, "before");
      await sockets.eve.ask("chat:join", { chatId });
      await sockets.ann.ask("message:send", { chatId, text: "after" });
      assert.equal((await sockets.eve.next("message:new")).text, "after");
      assert.equal((await as("eve", "GET", `/chats/${chatId}`)).body.unreadCount, 1);

      const again = await sockets.ann.ask("group:add-members", { chatId, userIds: ["eve"] });
      assert.equal(again.success, true);
      assert.equal(again.chat.rev, chat.rev + 1, "one message since, and no fact of members");
    });

    test("input 49: a removed participant who is in the room hears nothing more", async () => {
      const chatId = await group("bob", "eve");
      const more = await Promise.all([1, 2, 3].map(() => connected(server, "eve", { transports: [transport] })));
      for (const socket of [sockets.eve, ...more, sockets.bob]) await socket.ask("chat:join", { chatId });
      // The first send is behind the answer of the removal: by then every loop has evicted.
      const removal = sockets.ann.ask("group:remove-member", { chatId, userId: "eve" });
      const { chat } = await removal;
      assert.deepEqual(ids(chat), ["ann", "bob"]);
      await sockets.ann.ask("message:send", { chatId, text: "secret" });
      await sockets.bob.next("message:new");
      const told = await sockets.bob.next("group:member-removed");
      assert.deepEqual(told, { chatId, rev: chat.rev, userId: "eve", removedBy: "ann" });
      for (const socket of [sockets.eve, ...more]) {
        assert.deepEqual(await socket.next("group:removed"), { chatId, rev: chat.rev });
        assert.deepEqual(await socket.ask("chat:join", { chatId }), denied);
        assert.deepEqual(await socket.ask("message:send", { chatId, text: "x" }), denied);
        assert.equal(socket.of("message:new").length, 0);
        assert.equal(socket.of("group:member-removed").length, 0);
      }
      assert.equal((await as("eve", "GET", `/chats/${chatId}`)).status, 404);
      assert.ok(!(await as("eve", "GET", "/chats")).body.some((one) => one._id === chatId));

      // Added again, all is as for one who is new.
      await sockets.ann.ask("group:add-members", { chatId, userIds: ["eve"] });
      assert.equal((await sockets.eve.next("group:joined")).unreadCount, 0);
      assert.equal((await as("eve", "GET", `/chats/${chatId}`)).body.unreadCount, 0);
      await sockets.ann.ask("message:send", { chatId, text: "welcome back" });
      for (const socket of [sockets.eve, ...more]) {
        assert.equal((await socket.next("message:new")).text, "welcome back");
        assert.equal(socket.of("message:new").length, 1);
      }
      assert.equal((await as("eve", "GET", `/chats/${chatId}`)).body.unreadCount, 1);
      for (const socket of more) socket.disconnect();
    });

    test("roles: who may what, and handing over", async () => {
      const chatId = await group("bob", "eve", "dan");
      const refused = async (id, event, payload, code) =>
        assert.equal((await sockets[id].ask(event, { chatId, ...payload })).code, code, `${id} ${event}`);
      await refused("bob", "group:add-members", { userIds: ["kim"] }, "forbidden");
      await refused("bob", "group:remove-member", { userId: "eve" }, "forbidden");
      await refused("bob", "group:set-role", { userId: "eve", role: "admin" }, "forbidden");
      await refused("ann", "group:set-role", { userId: "ann", role: "member" }, "validation");
      await refused("ann", "group:set-role", { userId: "bob", role: "king" }, "validation");
      await refused("ann", "group:set-role", { userId: "kim", role: "admin" }, "not_found");
      await refused("ann", "group:add-members", { userIds: ["nobody"] }, "not_found");
      await refused("ann", "group:add-members", { userIds: [] }, "validation");
      await refused("ann", "group:remove-member", { userId: "kim" }, "not_found");
      for (const [event, payload] of [
        ["group:add-members", { userIds: ["kim"] }], ["group:remove-member", { userId: "bob" }],
        ["group:set-role", { userId: "bob", role: "admin" }], ["group:leave", {}],
      ]) {
        assert.deepEqual(await sockets.kim.ask(event, { chatId, ...payload }), denied, event);
        assert.deepEqual(await sockets.kim.ask(event, { chatId: "none", ...payload }), denied, event);
        const personal = await sockets.ann.ask(event, { chatId: "pair", ...payload });
        assert.equal(personal.code, "validation", event);
      }

      const { chat } = await sockets.ann.ask("group:set-role", { chatId, userId: "bob", role: "admin" });
      assert.equal(roles(chat).bob, "admin");
      assert.deepEqual(await sockets.eve.next("group:role-changed"),
        { chatId, rev: chat.rev, userId: "bob", role: "admin", changedBy: "ann" });
      await sockets.ann.ask("group:set-role", { chatId, userId: "dan", role: "admin" });
      await refused("bob", "group:remove-member", { userId: "dan" }, "forbidden");
      await refused("bob", "group:remove-member", { userId: "ann" }, "forbidden");
      assert.equal((await sockets.bob.ask("group:remove-member", { chatId, userId: "eve" })).success, true);
      const handed = await sockets.ann.ask("group:set-role", { chatId, userId: "bob", role: "owner" });
      assert.deepEqual(roles(handed.chat), { ann: "admin", bob: "owner", dan: "admin" });
      await refused("ann", "group:set-role", { userId: "dan", role: "member" }, "forbidden");
    });

    test("leaving: the heir, and the last one", async () => {
      const chatId = await group("bob", "eve");
      await sockets.ann.ask("group:set-role", { chatId, userId: "eve", role: "admin" });
      await sockets.ann.ask("chat:join", { chatId });
      const left = await sockets.ann.ask("group:leave", { chatId });
      assert.deepEqual(roles(left.chat), { bob: "member", eve: "owner" });
      assert.deepEqual((await sockets.bob.next("group:member-removed")).removedBy, "ann");
      assert.deepEqual((await sockets.bob.next("group:role-changed", 2)).role, "owner");
      await sockets.ann.next("group:removed");
      await sockets.bob.ask("message:send", { chatId, text: "without her" });
      await settled(sockets.ann);
      assert.equal(sockets.ann.of("message:new").length, 0);
      assert.equal(sockets.ann.of("group:role-changed").length, 1, "only what was while she was in");

      assert.equal((await as("bob", "POST", `/chats/${chatId}/leave`, {})).body.success, true);
      const last = await sockets.eve.ask("group:leave", { chatId });
      assert.deepEqual(last, { success: true });
      assert.equal((await sockets.eve.next("chat:deleted")).chatId, chatId);
      assert.equal((await as("eve", "GET", `/chats/${chatId}`)).status, 404);
    });
  });
}

describe("groups over REST", () => {
  let server, bob, eve;
  const as = (id, method, target, body) => rest(server, method, target, { token: tokenOf(id), body });
  before(async () => {
    server = await startWorld({ lines, args: ["--loops", "3"] });
    [bob, eve] = await Promise.all(["bob", "eve"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [bob, eve]) socket?.disconnect();
    await server?.stop();
  });

  test("a group's whole life", async () => {
    const made = await as("ann", "POST", "/api/chats/group", { name: "Team", memberIds: ["bob"], type: "personal" });
    assert.deepEqual([made.status, made.body.type, made.body.name], [201, "group", "Team"]);
    const path = `/chats/${made.body._id}`;
    assert.equal((await bob.next("chat:created"))._id, made.body._id);
    assert.equal((await as("ann", "POST", "/chats/group", { memberIds: ["bob"] })).status, 400);

    const added = await as("ann", "POST", `${path}/members`, { userIds: ["eve", "dan"] });
    assert.deepEqual([added.status, ids(added.body.chat)], [200, ["ann", "bob", "dan", "eve"]]);
    await eve.next("group:joined");
    const page = await as("dan", "GET", `${path}/members?limit=3`);
    assert.deepEqual(page.body.members.map((one) => [one.user._id, one.role, one.readSeq, one.deliveredSeq]),
      [["ann", "owner", 0, 0], ["bob", "member", 0, 0], ["eve", "member", 0, 0]]);
    assert.deepEqual({ ...page.body, members: [] }, { members: [], total: 4, limit: 3, skip: 0, hasMore: true });
    const rest2 = await as("dan", "GET", `${path}/members?limit=3&skip=3`);
    assert.deepEqual([rest2.body.members[0].user.name, rest2.body.hasMore], ["dan", false]);
    for (const query of ["limit=0", "limit=201", "skip=-1", "limit=x"]) {
      assert.equal((await as("dan", "GET", `${path}/members?${query}`)).status, 400, query);
    }

    const role = await as("ann", "PATCH", `${path}/members/bob/role`, { role: "admin" });
    assert.deepEqual([role.status, roles(role.body.chat).bob], [200, "admin"]);
    assert.equal((await as("ann", "PATCH", `${path}/members/bob/role`, { role: "x" })).status, 400);
    assert.equal((await as("bob", "PATCH", `${path}/members/eve/role`, { role: "admin" })).status, 403);
    const removed = await as("bob", "DELETE", `${path}/members/eve`);
    assert.deepEqual([removed.status, ids(removed.body.chat)], [200, ["ann", "bob", "dan"]]);
    await eve.next("group:removed");
    assert.equal((await as("bob", "DELETE", `${path}/members/ann`)).status, 403);
    assert.equal((await as("bob", "DELETE", `${path}/members/eve`)).status, 404);
    assert.equal((await as("dan", "POST", `${path}/members`, { userIds: ["eve"] })).status, 403);

    // To a stranger it is not there.
    const nowhere = await as("eve", "GET", "/chats/nowhere");
    for (const [method, target, body] of [
      ["GET", "members"], ["POST", "members", { userIds: ["eve"] }], ["DELETE", "members/eve"],
      ["PATCH", "members/bob/role", { role: "member" }], ["POST", "leave", {}],
    ]) {
      const answer = await as("eve", method, `${path}/${target}`, body);
      assert.deepEqual([answer.status, answer.text], [404, nowhere.text], `${method} ${target}`);
    }
    assert.equal((await as("ann", "POST", "/chats/pair/members", { userIds: ["eve"] })).status, 400);
    assert.equal((await rest(server, "GET", `${path}/members`)).status, 401);

    assert.deepEqual((await as("ann", "POST", `${path}/leave`)).body, { success: true });
    assert.equal(roles((await as("dan", "GET", path)).body).bob, "owner");
  });

  test("find-or-check looks and makes nothing", async () => {
    const there = await as("ann", "POST", "/chats/find-or-check/bob", {});
    assert.deepEqual([there.status, there.body.exists, there.body.chat._id], [200, true, "pair"]);
    const none = await as("ann", "POST", "/chats/find-or-check/eve");
    assert.deepEqual([none.status, none.body], [200, { exists: false, chat: null }]);
    assert.deepEqual((await as("ann", "POST", "/chats/find-or-check/eve")).body.exists, false);
    assert.equal((await as("ann", "POST", "/chats/find-or-check/nobody")).status, 404);
    assert.equal((await as("ann", "POST", "/chats/find-or-check/ann")).status, 400);
  });

  test("a list in pages is the whole list, in its order", async () => {
    for (let i = 0; i < 5; ++i) await as("kim", "POST", "/chats/group", { name: `g${i}`, memberIds: [] });
    const whole = (await as("kim", "GET", "/chats")).body.map((one) => one._id);
    assert.equal(whole.length, 5);
    const pages = [];
    let cursor = "";
    do {
      const page = await as("kim", "GET", `/chats?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...page.body.map((one) => one._id));
      cursor = page.headers.get("x-next-cursor");
    } while (cursor);
    assert.deepEqual(pages, whole);
    assert.equal((await as("kim", "GET", "/chats?cursor=nonsense")).status, 400);
  });

  test("members and roles are there after a kill", async () => {
    const made = await as("ann", "POST", "/chats/group", { name: "Kept", memberIds: ["bob", "eve"] });
    const path = `/chats/${made.body._id}`;
    await as("ann", "DELETE", `${path}/members/eve`);
    await as("ann", "POST", `${path}/members`, { userIds: ["kim"] });
    await as("ann", "PATCH", `${path}/members/kim/role`, { role: "admin" });
    await server.stop("SIGKILL");
    server = await startVeche({ folder: server.folder });
    assert.deepEqual(roles((await as("kim", "GET", path)).body), { ann: "owner", bob: "member", kim: "admin" });
    assert.equal((await as("eve", "GET", path)).status, 404);
  });
});
