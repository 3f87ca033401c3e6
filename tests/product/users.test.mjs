// Users over REST, as a front-end looks for people to talk to.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, connected, rest, startWorld, tokenOf } from "./support.mjs";

describe("users", () => {
  let server;
  before(async () => { server = await startWorld(); });
  after(async () => { await server.stop(); });
  const ask = (method, target, user, body) => rest(server, method, target, { token: user && tokenOf(user), body });

  test("search by part of a name, with and without /api; a part at a time", async () => {
    for (const prefix of ["", "/api"]) {
      const { status, body } = await ask("GET", `${prefix}/users/search?query=AN`, "bob");
      assert.equal(status, 200);
      assert.deepEqual({ ...body, users: body.users.map(({ _id }) => _id) },
        { users: ["ann"], total: 1, limit: 100, skip: 0, hasMore: false });
    }
    const two = (await ask("GET", "/users/search?query=b&limit=1&skip=0", "ann")).body;
    assert.equal(two.users.length, 1);
    assert.equal(two.hasMore, two.total > 1);
  });

  test("the email of a stranger is hidden, that of somebody in the same chat is shown", async () => {
    const made = await rest(server, "POST", "/auth/register",
      { body: { name: "Stranger", email: "stranger@example.com", password: "correct horse" } });
    const { _id } = made.body.user;
    assert.equal((await ask("GET", `/users/${_id}`, "ann")).body.email, "");
    assert.equal((await ask("GET", "/users/bob", "ann")).body.email, "bob@example.com");
    const found = (await ask("GET", "/users/search?query=stranger@example.com", "ann")).body;
    assert.deepEqual(found.users.map((user) => [user._id, user.email]), [[_id, ""]]);
    assert.equal((await ask("POST", "/chats", "ann", { participantId: _id })).status, 201);
    assert.equal((await ask("GET", `/users/${_id}`, "ann")).body.email, "stranger@example.com");
  });

  test("a profile that changes is seen by the others at once, in messages too", async () => {
    const [ann, bob] = await Promise.all([connected(server, "ann"), connected(server, "bob")]);
    await ann.ask("message:send", { chatId: "pair", text: "before" });
    const changed = await ask("PATCH", "/users/me", "ann", { name: " Anna ", avatar: "https://a.example/a.png" });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.name, "Anna");
    await ann.ask("message:send", { chatId: "pair", text: "after" });
    await bob.next("message:new", 2);
    assert.deepEqual(bob.of("message:new").map(([message]) => message.sender.name), ["Ann", "Anna"]);
    const { body: chat } = await ask("GET", "/chats/pair", "bob");
    assert.ok(chat.participants.some(({ name, avatar }) => name === "Anna" && avatar.endsWith("a.png")));
    ann.disconnect();
    bob.disconnect();
  });

  test("who goes is signed out, and leaves a nameless sender", async () => {
    const made = await rest(server, "POST", "/auth/register",
      { body: { name: "Gone", email: "gone@example.com", password: "correct horse" } });
    const { _id } = made.body.user;
    const own = made.body.accessToken;
    const chat = (await rest(server, "POST", "/chats", { token: own, body: { participantId: "bob" } })).body._id;
    await rest(server, "POST", "/messages", { token: own, body: { chat, text: "I was here" } });
    const [device, foreign] = [client(server, { token: own }), client(server, { token: tokenOf(_id) })];
    await Promise.all([device.next("session:ready"), foreign.next("session:ready")]);
    assert.equal((await rest(server, "DELETE", "/users/me", { token: own })).status, 200);
    for (const socket of [device, foreign]) {
      await socket.next("disconnect");
      assert.deepEqual(socket.of("disconnect"), [["io server disconnect"]]);
      assert.equal(socket.of("auth:error").length, 1);
    }
    for (const token of [own, tokenOf(_id)]) {
      assert.equal((await rest(server, "GET", "/users/me", { token })).status, 401);
    }
    assert.equal((await rest(server, "POST", "/auth/login",
      { body: { email: "gone@example.com", password: "correct horse" } })).status, 401);
    assert.equal((await ask("GET", `/users/${_id}`, "bob")).status, 404);
    const { messages } = (await ask("GET", `/chats/${chat}/messages`, "bob")).body;
    assert.deepEqual(messages.map(({ text, sender }) => [text, sender._id, sender.name, sender.email]),
      [["I was here", _id, "", ""]]);
  });

  test("refusals", async () => {
    for (const [method, target, body, status, code] of [
      ["GET", "/users/search", undefined, 400, "validation"],
      ["GET", "/users/search?query=%20", undefined, 400, "validation"],
      ["GET", "/users/search?query=a&limit=201", undefined, 400, "validation"],
      ["GET", "/users/search?query=a&skip=-1", undefined, 400, "validation"],
      ["GET", `/users/search?query=${"x".repeat(101)}`, undefined, 400, "validation"],
      ["GET", "/users/nobody", undefined, 404, "not_found"],
      ["GET", "/users/no%20id", undefined, 404, "not_found"],
      ["PATCH", "/users/me", {}, 400, "validation"],
      ["PATCH", "/users/me", { name: " " }, 400, "validation"],
      ["PATCH", "/users/me", { name: { $gt: "" } }, 400, "validation"],
      ["PATCH", "/users/me", { avatar: "a".repeat(501) }, 400, "validation"],
      ["DELETE", "/users/search", undefined, 405, "bad_request"],
    ]) {
      const answer = await ask(method, target, "ann", body);
      assert.equal(answer.status, status, `${method} ${target}`);
      assert.equal(answer.body.code, code, `${method} ${target}`);
    }
    for (const target of ["/users/search?query=a", "/users/me", "/users/bob"]) {
      assert.equal((await ask("GET", target)).status, 401);
    }
  });
});
