// The seed's story as a black box sees it: CONTRACT R2 to R24, through the stock client.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, connected, inAnHour, rest, secret, settled, startVeche, startWorld, token, tokenOf, until }
  from "./support.mjs";

const wireMessageFields = ["_id", "chat", "createdAt", "sender", "text", "type", "updatedAt"];
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Everything a socket has been sent stands before this answer. */

describe("R3 to R6: sign-in and the handshake", () => {
  let server;
  before(async () => { server = await startWorld(); });
  after(async () => { await server.stop(); });

  test("R3: register, then log in", async () => {
    const body = { name: "Cat", email: "Cat@Example.com", password: "correct horse" };
    const made = await rest(server, "POST", "/auth/register", { body });
    assert.equal(made.status, 201);
    const login = await rest(server, "POST", "/auth/login",
      { body: { email: "cat@example.com", password: "correct horse" } });
    assert.equal(login.status, 200);
    assert.equal(login.body.accessToken, login.body.access_token);
    assert.equal(typeof login.body.refreshToken, "string");
    assert.equal(login.body.user.email, "Cat@Example.com");
    assert.doesNotMatch(login.text, /password|argon2|hash/i);
    const again = await rest(server, "POST", "/auth/register", { body: { ...body, email: "CAT@example.com" } });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, "conflict");
    const me = await rest(server, "GET", "/auth/me", { token: login.body.accessToken });
    assert.equal(me.status, 200);
    assert.equal(me.body.name, "Cat");

    const socket = client(server, { token: login.body.accessToken });
    const ready = await socket.next("session:ready");
    assert.equal(ready.userId, login.body.user._id);
    socket.disconnect();
  });

  test("R3: an unknown user and a wrong password get the same 401", async () => {
    const one = await rest(server, "POST", "/auth/login", { body: { email: "ann@example.com", password: "wrong password" } });
    const other = await rest(server, "POST", "/auth/login", { body: { email: "nobody@example.com", password: "wrong password" } });
    assert.equal(one.status, 401);
    assert.equal(other.status, 401);
    assert.equal(one.text, other.text);
  });

  test("R5: without a token the client sees connect, then is disconnected", async () => {
    for (const auth of [undefined, {}, { token: "" }, { token: null }]) {
      const socket = client(server, auth);
      await socket.next("disconnect");
      const events = socket.seen.map((one) => one.event).filter((event) => event !== "auth:error");
      assert.deepEqual(events, ["connect", "disconnect"]);
      assert.deepEqual(socket.of("disconnect"), [["io server disconnect"]]);
    }
  });

  test("R6: a bad token too, with auth:error between; nothing of that socket is processed", async () => {
    const past = Math.floor(Date.now() / 1000) - 10;
    const bad = {
      garbage: "garbage",
      expired: token({ sub: "ann", exp: past }),
      foreign: token({ sub: "ann", exp: inAnHour() }, { key: "another secret of 32 bytes, or so" }),
      none: token({ sub: "ann", exp: inAnHour() }, { alg: "none" }),
      hs512: token({ sub: "ann", exp: inAnHour() }, { alg: "HS512" }),
      nobody: token({ exp: inAnHour() }),
      object: token({ sub: { $gt: "" }, exp: inAnHour() }),
      twice: token('{"sub":"ann","sub":"eve"}'),
    };
    const bob = await connected(server, "bob");
    for (const [kind, value] of Object.entries(bad)) {
      const socket = client(server, { token: value });
      socket.emit("message:send", { chatId: "pair", text: `by ${kind}` });
      await socket.next("disconnect");
      assert.deepEqual(socket.seen.map((one) => one.event), ["connect", "auth:error", "disconnect"], kind);
      assert.deepEqual(socket.of("disconnect"), [["io server disconnect"]]);
      const [{ code, message }] = socket.of("auth:error")[0];
      assert.equal(code, kind === "expired" ? "token_expired" : "unauthorized", kind);
      assert.equal(typeof message, "string");
    }
    await settled(bob);
    assert.deepEqual(bob.of("message:new"), []);
    bob.disconnect();
  });

  test("R4: a foreign token is accepted: no exp, a number as sub, a sub that nobody has seen", async () => {
    for (const [claims, id] of [
      [{ sub: "ann" }, "ann"],
      [{ sub: 42, name: "Forty-two", email: "ann@example.com", exp: inAnHour() }, "42"],
      [{ sub: "new-comer_1", name: "New", email: "new@example.com", exp: inAnHour() }, "new-comer_1"],
    ]) {
      const socket = client(server, { token: token(claims) });
      const ready = await socket.next("session:ready");
      assert.equal(ready.userId, id);
      assert.equal(ready.contract, 1);
      socket.disconnect();
    }
    const me = await rest(server, "GET", "/auth/me", { token: token({ sub: 42, exp: inAnHour() }) });
    assert.equal(me.body.name, "Forty-two");
    assert.notEqual(me.body.email, "ann@example.com", "the email is another user's");
  });

  test("R23: events sent before the connection stands are answered in order", async () => {
    const socket = client(server, { token: tokenOf("ann") });
    const answers = await Promise.all([
      socket.emitWithAck("chat:join", { chatId: "pair" }),
      socket.emitWithAck("message:send", { chatId: "pair", text: "early 1" }),
      socket.emitWithAck("message:send", { chatId: "pair", text: "early 2" }),
    ]);
    assert.deepEqual(answers.map((answer) => answer.success), [true, true, true]);
    assert.equal(answers[2].message.seq, answers[1].message.seq + 1);
    socket.disconnect();
  });
});

describe("R7 to R20: chats and messages", () => {
  let server; let ann; let bob; let bob2; let eve;
  before(async () => {
    server = await startWorld();
    [ann, bob, bob2, eve] = await Promise.all(["ann", "bob", "bob", "eve"].map((id) => connected(server, id)));
  });
  after(async () => {
    for (const socket of [ann, bob, bob2, eve]) socket.disconnect();
    await server.stop();
  });

  test("R8, R9: join as a participant; the same refusal for everybody else", async () => {
    const joined = await ann.ask("chat:join", { chatId: "pair" });
    assert.equal(joined.success, true);
    assert.equal(joined.message, "Joined chat pair");
    for (const field of ["lastSeq", "rev", "readSeq"]) assert.equal(typeof joined[field], "number");
    const stranger = await eve.ask("chat:join", { chatId: "pair" });
    const unknown = await eve.ask("chat:join", { chatId: "no-such-chat" });
    assert.equal(stranger.success, false);
    assert.equal(stranger.error, "Access denied");
    assert.deepEqual(stranger, unknown);
  });

  test("R10: leave, also when not joined; what is said still arrives", async () => {
    await bob.ask("chat:join", { chatId: "pair" });
    for (let i = 0; i < 2; ++i) {
      const left = await bob.ask("chat:leave", { chatId: "pair" });
      assert.equal(left.success, true);
      assert.equal(left.message, "Left chat pair");
    }
    const count = bob.of("message:new").length;
    await ann.ask("message:send", { chatId: "pair", text: "still here?" });
    assert.equal((await bob.next("message:new", count + 1)).text, "still here?");
    await bob2.next("message:new", count + 1);
  });

  test("R11, R14: a message is acked populated and reaches every socket exactly once", async () => {
    await Promise.all([ann, bob].map((socket) => socket.ask("chat:join", { chatId: "pair" })));
    const counts = [ann, bob, bob2, eve].map((socket) => socket.of("message:new").length);
    let acked = false;
    let ownFirst;
    ann.once("message:new", () => { ownFirst = !acked; });
    const ack = await ann.ask("message:send", { chatId: "pair", text: "héllo 🏛 \u200d", clientMessageId: "k1" });
    acked = true;
    assert.equal(ack.success, true);
    assert.equal(ownFirst, true, "its own message:new comes before the ack");
    const { message } = ack;
    for (const field of wireMessageFields) assert.ok(field in message, field);
    assert.match(message._id, /^[0-9a-f]{24}$/);
    assert.match(message.createdAt, iso);
    assert.equal(message.chat, "pair");
    assert.equal(message.text, "héllo 🏛 \u200d");
    assert.equal(message.type, "text");
    assert.equal(message.clientMessageId, "k1");
    assert.equal(message.sender._id, "ann");
    assert.equal(message.sender.name, "Ann");
    assert.equal(message.sender.email, "ann@example.com");
    assert.doesNotMatch(JSON.stringify(message), /password|hash|refresh/i);
    await bob.next("message:new", counts[1] + 1);
    await bob2.next("message:new", counts[2] + 1);
    await settled(ann, bob, bob2, eve);
    const grown = [ann, bob, bob2, eve].map((socket, i) => socket.of("message:new").length - counts[i]);
    assert.deepEqual(grown, [1, 1, 1, 0]);
    assert.deepEqual(bob.of("message:new").at(-1)[0], message);
  });

  test("a repeated clientMessageId gives the original and sends nothing", async () => {
    const input = { chatId: "pair", text: "once", clientMessageId: "k2" };
    const first = await ann.ask("message:send", input);
    const count = ann.of("message:new").length;
    const second = await ann.ask("message:send", input);
    assert.equal(second.success, true);
    assert.equal(second.duplicate, true);
    assert.deepEqual(second.message, first.message);
    const other = await ann.ask("message:send", { ...input, text: "twice" });
    assert.equal(other.success, false);
    assert.equal(other.code, "conflict");
    await settled(ann);
    assert.equal(ann.of("message:new").length, count);
  });

  test("R12: a stranger's message is refused, not stored, not sent", async () => {
    const before = await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("ann") });
    const count = ann.of("message:new").length;
    const refused = await eve.ask("message:send", { chatId: "pair", text: "let me in" });
    assert.deepEqual(refused, { success: false, error: "Access denied", code: "forbidden" });
    await settled(ann, eve);
    assert.equal(ann.of("message:new").length, count);
    assert.deepEqual((await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("ann") })).body, before.body);
  });

  test("R13: every failure is one ack with a code; without an ack it is an exception event", async () => {
    const long = "я".repeat(10_001);
    const wrong = [
      [undefined, "validation"], [null, "validation"], [[], "validation"], ["text", "validation"], [7, "validation"],
      [{}, "validation"], [{ chatId: "pair" }, "validation"], [{ chatId: { $gt: "" }, text: "x" }, "validation"],
      [{ chatId: "pair", text: 5 }, "validation"], [{ chatId: "pair", text: " \n\t\u00a0 " }, "validation"],
      [{ chatId: "pair", text: long }, "validation"], [{ chatId: "pair", text: "a\u0000b" }, "validation"],
      [{ chatId: "pair", text: "x", clientMessageId: 5 }, "validation"],
    ];
    for (const [input, code] of wrong) {
      const answer = input === undefined ? await ann.ask("message:send") : await ann.ask("message:send", input);
      assert.equal(answer.success, false, JSON.stringify(input));
      assert.equal(answer.code, code, JSON.stringify(input));
      assert.equal(typeof answer.error, "string");
    }
    assert.equal((await ann.ask("message:send", { chatId: "pair", text: "я".repeat(10_000) })).success, true);
    const exceptions = ann.of("exception").length;
    ann.emit("message:send", { chatId: "pair", text: "" });
    const exception = await ann.next("exception", exceptions + 1);
    assert.equal(exception.status, "error");
    assert.equal(exception.code, "validation");
    assert.equal(exception.cause.pattern, "message:send");
    const unknown = await ann.ask("no:such:event", {});
    assert.deepEqual(unknown, { success: false, error: "Unknown event", code: "unknown_event" });
  });

  test("R15: sending needs no join and no callback", async () => {
    const count = eve.of("message:new").length;
    eve.emit("message:send", { chatId: "group", text: "no callback" });
    assert.equal((await eve.next("message:new", count + 1)).text, "no callback");
  });

  test("R16, R17: unread counts and the chat list's order", async () => {
    await ann.ask("message:send", { chatId: "group", text: "newest" });
    const lists = await Promise.all(["ann", "bob"].map((id) => rest(server, "GET", "/chats", { token: tokenOf(id) })));
    for (const list of lists) {
      assert.equal(list.status, 200);
      assert.deepEqual(list.body.map((chat) => chat._id), ["group", "pair"]);
      assert.equal(list.body[0].lastMessage.text, "newest");
    }
    const [byAnn, byBob] = lists.map((list) => Object.fromEntries(list.body.map((chat) => [chat._id, chat])));
    assert.equal(byAnn.group.unreadCount, 1, "eve's");
    assert.equal(byBob.group.unreadCount, 2);
    assert.equal(byAnn.pair.unreadCount, 0);
    assert.equal(byBob.pair.unreadCount, byBob.pair.lastSeq);
    await bob.ask("message:send", { chatId: "pair", text: "order follows" });
    const after = await rest(server, "GET", "/api/chats", { token: tokenOf("ann") });
    assert.deepEqual(after.body.map((chat) => chat._id), ["pair", "group"]);
    assert.equal(after.body[0].unreadCount, 1);
  });

  test("R18: a new chat reaches every participant's devices, the creator's too", async () => {
    const counts = [ann, bob, bob2, eve].map((socket) => socket.of("chat:created").length);
    const made = await rest(server, "POST", "/chats", { token: tokenOf("ann"), body: { participantId: "eve" } });
    assert.equal(made.status, 201);
    for (const [i, socket] of [[0, ann], [3, eve]]) {
      const chat = await socket.next("chat:created", counts[i] + 1);
      assert.equal(chat._id, made.body._id);
      assert.equal(chat.unreadCount, 0);
      assert.deepEqual(chat.participants.map((user) => user._id).sort(), ["ann", "eve"]);
    }
    const again = await rest(server, "POST", "/chats", { token: tokenOf("eve"), body: { participantId: "ann" } });
    assert.equal(again.status, 200);
    assert.equal(again.body.existing, true);
    assert.equal(again.body._id, made.body._id);
    await settled(ann, bob, bob2, eve);
    assert.deepEqual([ann, bob, bob2, eve].map((socket, i) => socket.of("chat:created").length - counts[i]), [1, 0, 0, 1]);
    const self = await rest(server, "POST", "/chats", { token: tokenOf("ann"), body: { participantId: "ann" } });
    assert.equal(self.status, 400);
    const nobody = await rest(server, "POST", "/chats", { token: tokenOf("ann"), body: { participantId: "nobody" } });
    assert.equal(nobody.status, 404);
  });

  test("messages are listed by seq, newest first page, and to participants only", async () => {
    const all = await rest(server, "GET", "/chats/pair/messages?limit=200", { token: tokenOf("bob") });
    assert.equal(all.status, 200);
    const seqs = all.body.messages.map((message) => message.seq);
    assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
    const newest = await rest(server, "GET", "/messages/chats/pair?limit=2", { token: tokenOf("bob") });
    assert.deepEqual(newest.body.messages, all.body.messages.slice(-2));
    assert.equal(newest.body.hasMore, true);
    const before = await rest(server, "GET", `/chats/pair/messages?limit=2&beforeSeq=${seqs.at(-2)}`, { token: tokenOf("bob") });
    assert.deepEqual(before.body.messages, all.body.messages.slice(-4, -2));
    const listed = await bob.ask("messages:list", { chatId: "pair", limit: 2 });
    assert.deepEqual(listed.messages, newest.body.messages);
    const stranger = await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("eve") });
    const unknown = await rest(server, "GET", "/chats/nowhere/messages", { token: tokenOf("eve") });
    assert.equal(stranger.status, 404);
    assert.equal(stranger.text, unknown.text);
    for (const query of ["limit=0", "limit=201", "limit=x", "beforeSeq=-1", "beforeSeq=1&afterSeq=1"]) {
      const wrong = await rest(server, "GET", `/chats/pair/messages?${query}`, { token: tokenOf("bob") });
      assert.equal(wrong.status, 400, query);
    }
  });

  test("R20: the log has the seed's lines", async () => {
    const extra = await connected(server, "eve");
    extra.disconnect();
    await until(() => /Client disconnected: \S+/.test(server.output), "the disconnect's line");
    for (const line of ["WebSocket Gateway initialized", "User ann connected", "Joined chat pair",
      "Message sent successfully", "Message send error: Access denied"]) {
      assert.ok(server.output.includes(line), line);
    }
    assert.ok(!server.output.includes(secret));
    assert.ok(!server.output.includes(tokenOf("ann").split(".")[2]));
  });
});

describe("R2, R22, R24: around it", () => {
  test("R2: CORS names the front-end, with credentials; a foreign origin is refused", async () => {
    const server = await startWorld({ env: { FRONTEND_URL: "https://chat.example.com" } });
    const polling = "/socket.io/?EIO=4&transport=polling";
    for (const target of [polling, "/auth/me", "/nowhere"]) {
      const answer = await rest(server, "GET", target, { headers: { origin: "https://chat.example.com" } });
      assert.equal(answer.headers.get("access-control-allow-origin"), "https://chat.example.com", target);
      assert.equal(answer.headers.get("access-control-allow-credentials"), "true", target);
      assert.match(answer.headers.get("vary") ?? "", /origin/i);
    }
    const preflight = await rest(server, "OPTIONS", "/auth/login", { headers: {
      origin: "https://chat.example.com", "access-control-request-method": "POST",
      "access-control-request-headers": "content-type" } });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
    assert.equal(preflight.headers.get("access-control-allow-headers"), "content-type");
    for (const origin of ["https://evil.example.com", "null", "https://chat.example.com.evil.org"]) {
      for (const target of [polling, "/auth/me"]) {
        const answer = await rest(server, "GET", target, { headers: { origin } });
        assert.equal(answer.status, 403, origin);
        if (target === polling) assert.equal(answer.body.code, 4);
      }
      const socket = client(server, { token: tokenOf("ann") }, { extraHeaders: { origin } });
      await socket.next("connect_error");
    }
    for (const origin of ["https://chat.example.com", server.url]) {
      const socket = client(server, { token: tokenOf("ann") }, { extraHeaders: { origin } });
      await socket.next("session:ready");
      socket.disconnect();
    }
    await server.stop();
  });

  test("R24: the seed's test script against the demo data", async () => {
    const server = await startVeche({ args: ["--demo"], env: { PORT: "1" } });
    const chatId = /chat ([0-9a-f]{24})/.exec(server.output)?.[1];
    assert.ok(chatId, server.output);
    const [one, two] = await Promise.all(["test1@example.com", "test2@example.com"].map(async (email) => {
      const login = await rest(server, "POST", "/auth/login", { body: { email, password: "password123" } });
      assert.equal(login.status, 200);
      const socket = client(server, { token: login.body.access_token });
      await socket.next("session:ready");
      assert.equal((await socket.ask("chat:join", { chatId })).success, true);
      return socket;
    }));
    const sent = await one.ask("message:send", { chatId, text: "Hello from test1" });
    assert.deepEqual(await two.next("message:new"), sent.message);
    one.disconnect();
    two.disconnect();
    const { code } = await server.stop();
    assert.equal(code, 0);
  });

  test("the demo can be started again over what it made", async () => {
    const first = await startVeche({ args: ["--demo"] });
    await first.stop();
    const again = await startVeche({ args: ["--demo"], folder: first.folder });
    assert.equal(/chat ([0-9a-f]{24})/.exec(again.output)[1], /chat ([0-9a-f]{24})/.exec(first.output)[1]);
    await again.stop();
  });
});
