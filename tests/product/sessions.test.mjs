// Goal: devices as stock clients see them: they go on by refresh tokens, see each other, and one
// that is signed out is gone within a second, over both transports. Method: the built binary.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, rest, secret, settled, startVeche, startWorld, tokenOf, until, veche } from "./support.mjs";
import path from "node:path";

const password = "correct horse";
let people = 0;

/** A user of its own, signed in. */
async function register(server) {
  const email = `person${++people}@example.com`;
  const made = await rest(server, "POST", "/auth/register", { body: { name: "Person", email, password } });
  assert.equal(made.status, 201, made.text);
  return { ...made.body, email };
}

async function login(server, email, word = password) {
  return rest(server, "POST", "/auth/login", { body: { email, password: word } });
}

async function signIn(server, email) {
  const answer = await login(server, email);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

const refresh = (server, refreshToken) => rest(server, "POST", "/auth/refresh", { body: { refreshToken } });
const me = (server, token) => rest(server, "GET", "/auth/me", { token });
const idOf = (device) => device.refreshToken.split(".")[0];

/** The socket was told why, then sent away for good. */
function assertSentAway(socket, from = 0) {
  assert.deepEqual(socket.seen.slice(from).map((one) => one.event), ["auth:error", "disconnect"]);
  assert.deepEqual(socket.of("auth:error"), [[{ code: "token_revoked", message: "Token revoked" }]]);
  assert.deepEqual(socket.of("disconnect"), [["io server disconnect"]]);
}

for (const transport of ["websocket", "polling"]) {
  describe(`devices over ${transport}`, () => {
    let server;
    const sockets = [];
    const open = async (token) => {
      const socket = client(server, { token }, { transports: [transport] });
      sockets.push(socket);
      await socket.next("session:ready");
      return socket;
    };
    before(async () => { server = await startWorld({ args: ["--loops", "2"] }); });
    after(async () => {
      for (const socket of sockets) socket.disconnect();
      await server?.stop();
    });

    test("POST /auth/logout ends this device's sockets within a second, and no other's", async () => {
      const phone = await register(server);
      const laptop = await signIn(server, phone.email);
      const [one, two, other] = await Promise.all([phone, phone, laptop].map((device) => open(device.accessToken)));
      assert.equal(one.of("session:ready")[0][0].sessionId, idOf(phone));
      const counts = [one.seen.length, two.seen.length];
      const asked = Date.now();
      const done = await rest(server, "POST", "/auth/logout", { token: phone.accessToken });
      assert.deepEqual([done.status, done.body], [200, { success: true }]);
      await Promise.all([one.next("disconnect"), two.next("disconnect")]);
      assert.ok(Date.now() - asked < 1000, `took ${Date.now() - asked} ms`);
      assertSentAway(one, counts[0]);
      assertSentAway(two, counts[1]);
      assert.equal((await other.ask("ping")).success, true);

      const refused = await me(server, phone.accessToken);
      assert.deepEqual([refused.status, refused.body.code], [401, "token_revoked"]);
      assert.equal((await refresh(server, phone.refreshToken)).body.code, "token_revoked");
      assert.equal((await me(server, laptop.accessToken)).status, 200);
    });

    test("R6: a revoked device that connects again is refused, and nothing it says is done", async () => {
      const phone = await register(server);
      const laptop = await signIn(server, phone.email);
      const friend = await open(tokenOf("ann"));
      const chat = await rest(server, "POST", "/chats",
        { token: phone.accessToken, body: { participantId: "ann" } });
      await rest(server, "DELETE", `/auth/sessions/${idOf(phone)}`, { token: laptop.accessToken });
      const socket = client(server, { token: phone.accessToken }, { transports: [transport] });
      const answers = [];
      socket.emit("message:send", { chatId: chat.body._id, text: "too late" }, (ack) => answers.push(ack));
      socket.emit("ping", (ack) => answers.push(ack));
      await socket.next("disconnect");
      assert.equal(socket.seen[0].event, "connect");
      assertSentAway(socket, 1);
      await settled(friend);
      assert.deepEqual(friend.of("message:new"), []);
      assert.deepEqual(answers, []);
      friend.disconnect();
    });

    test("R6: a revoked device that every loop has let in before is refused by each", async () => {
      const phone = await register(server);
      const laptop = await signIn(server, phone.email);
      const four = [1, 2, 3, 4];
      const before = await Promise.all(four.map(() => open(phone.accessToken)));
      await rest(server, "DELETE", `/auth/sessions/${idOf(phone)}`, { token: laptop.accessToken });
      const again = four.map(() => client(server, { token: phone.accessToken }, { transports: [transport] }));
      sockets.push(...again);
      await Promise.all([...before, ...again].map((socket) => socket.next("disconnect")));
      for (const socket of again) {
        assert.equal(socket.seen[0].event, "connect");
        assertSentAway(socket, 1);
      }
      await open(laptop.accessToken);
    });

    test("auth:refresh moves a socket on, to another session of its user too", async () => {
      const phone = await register(server);
      const laptop = await signIn(server, phone.email);
      const socket = await open(phone.accessToken);
      const next = (await refresh(server, phone.refreshToken)).body;
      assert.equal((await socket.ask("auth:refresh", { token: next.accessToken })).success, true);
      assert.equal((await socket.ask("auth:refresh", { token: laptop.accessToken })).success, true);
      await rest(server, "POST", "/auth/logout", { token: phone.accessToken });
      assert.equal((await socket.ask("ping")).success, true);
      const revoked = await socket.ask("auth:refresh", { token: phone.accessToken });
      assert.deepEqual([revoked.success, revoked.code], [false, "token_revoked"]);
      const count = socket.seen.length;
      await rest(server, "POST", "/auth/logout", { token: laptop.accessToken });
      await socket.next("disconnect");
      assertSentAway(socket, count);
    });

    test("?all, {all:true} and DELETE /auth/sessions end every device, or every other", async () => {
      const first = await register(server);
      const second = await signIn(server, first.email);
      const [one, two, foreign] = await Promise.all(
        [first.accessToken, second.accessToken, tokenOf(first.user._id)].map(open));
      await rest(server, "DELETE", "/auth/sessions", { token: first.accessToken });
      await two.next("disconnect");
      assert.equal((await one.ask("ping")).success, true);
      await rest(server, "POST", "/auth/logout?all", { token: tokenOf(first.user._id) });
      await one.next("disconnect");
      assert.equal((await foreign.ask("ping")).success, true, "another issuer's token is not ours to revoke");
      const third = await signIn(server, first.email);
      const fourth = await signIn(server, first.email);
      await rest(server, "POST", "/auth/logout", { body: { refreshToken: third.refreshToken, all: true } });
      assert.equal((await me(server, fourth.accessToken)).body.code, "token_revoked");
    });

    test("the 21st device ends the first, and its sockets", async () => {
      const first = await register(server);
      const socket = await open(first.accessToken);
      const count = socket.seen.length;
      const devices = [];
      for (let i = 0; i < 19; ++i) devices.push(await signIn(server, first.email));
      assert.equal((await socket.ask("ping")).success, true);
      devices.push(await signIn(server, first.email));
      await socket.next("disconnect");
      assertSentAway(socket, count);
      for (const device of devices) assert.equal((await me(server, device.accessToken)).status, 200);
      const list = await rest(server, "GET", "/auth/sessions", { token: devices[7].accessToken });
      assert.deepEqual(list.body.map((one) => one._id), devices.map(idOf));
    });

    test("a new password ends every other device", async () => {
      const phone = await register(server);
      const laptop = await signIn(server, phone.email);
      const [one, two] = await Promise.all([phone, laptop].map((device) => open(device.accessToken)));
      const change = (token, body) => rest(server, "POST", "/auth/password", { token, body });
      const wrong = await change(phone.accessToken, { old: "wrong horse", new: "battery staple" });
      assert.deepEqual([wrong.status, wrong.body.message], [401, "Invalid credentials"]);
      assert.equal((await change(phone.accessToken, { old: password, new: "short" })).status, 400);
      assert.equal((await change(tokenOf("ann"), { old: password, new: "battery staple" })).status, 401,
        "an account without a password");
      const done = await change(phone.accessToken, { old: password, new: "battery staple" });
      assert.deepEqual([done.status, done.body], [200, { success: true }]);
      await two.next("disconnect");
      assert.equal((await one.ask("ping")).success, true);
      assert.equal((await login(server, phone.email)).status, 401);
      assert.equal((await login(server, phone.email, "battery staple")).status, 200);
    });
  });
}

describe("refresh tokens", () => {
  let server; let thief; let rotatedAt;
  before(async () => {
    server = await startWorld();
    thief = await register(server);
    assert.equal((await refresh(server, thief.refreshToken)).status, 200);
    rotatedAt = Date.now();
  });
  after(async () => { await server?.stop(); });

  test("each use gives the next one, with what a login gives", async () => {
    const device = await register(server);
    assert.match(device.refreshToken, /^[0-9a-f]{24}\.[\w-]{43}$/);
    let token = device.refreshToken;
    const seen = new Set([token]);
    for (let i = 0; i < 5; ++i) {
      const answer = await refresh(server, token);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(Object.keys(answer.body).sort(),
        ["accessToken", "access_token", "expiresIn", "refreshToken", "tokenType", "user"]);
      assert.equal(answer.body.accessToken, answer.body.access_token);
      assert.deepEqual(answer.body.user, device.user);
      token = answer.body.refreshToken;
      assert.equal(token.split(".")[0], idOf(device));
      assert.ok(!seen.has(token));
      seen.add(token);
      assert.equal((await me(server, answer.body.accessToken)).status, 200);
    }
  });

  test("two tabs that refresh at once get the same next token", async () => {
    const device = await register(server);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(server, device.refreshToken)));
    assert.deepEqual(answers.map((answer) => answer.status), Array(8).fill(200));
    assert.equal(new Set(answers.map((answer) => answer.body.refreshToken)).size, 1);
    assert.equal((await refresh(server, answers[0].body.refreshToken)).status, 200);
  });

  test("a token that nobody was given harms nobody", async () => {
    const device = await register(server);
    const [id, word] = device.refreshToken.split(".");
    for (const guess of [`${id}.${"A".repeat(43)}`, `${id}.`, `${id}.${word}x`, `${"0".repeat(24)}.${word}`, id, "."]) {
      const answer = await refresh(server, guess);
      assert.deepEqual([answer.status, answer.body.code], [401, "unauthorized"], guess);
    }
    for (const body of [{}, { refreshToken: 7 }, { refreshToken: "" }, { refreshToken: "x".repeat(5000) }]) {
      assert.equal((await rest(server, "POST", "/auth/refresh", { body })).status, 400);
    }
    assert.equal((await me(server, device.accessToken)).status, 200);
    assert.equal((await refresh(server, device.refreshToken)).status, 200);
  });

  test("an access token is no refresh token, nor the other way round", async () => {
    const device = await register(server);
    assert.equal((await refresh(server, device.accessToken)).status, 401);
    assert.equal((await me(server, device.refreshToken)).status, 401);
  });

  test("GET /auth/sessions shows one's own, DELETE ends one, and no other's", async () => {
    const phone = await register(server);
    const laptop = await signIn(server, phone.email);
    const stranger = await register(server);
    const list = await rest(server, "GET", "/auth/sessions", { token: laptop.accessToken });
    assert.equal(list.status, 200);
    assert.deepEqual(list.body.map((one) => [one._id, one.current]), [[idOf(phone), false], [idOf(laptop), true]]);
    for (const one of list.body) {
      assert.deepEqual(Object.keys(one), ["_id", "createdAt", "lastUsedAt", "expiresAt", "current"]);
      assert.ok(Date.parse(one.expiresAt) > Date.now());
    }
    assert.ok(!list.text.includes("digest"));
    for (const id of [idOf(stranger), "nobody", "a%20b"]) {
      assert.equal((await rest(server, "DELETE", `/auth/sessions/${id}`, { token: laptop.accessToken })).status, 404);
    }
    const ended = await rest(server, "DELETE", `/auth/sessions/${idOf(phone)}`, { token: laptop.accessToken });
    assert.deepEqual([ended.status, ended.body], [200, { success: true }]);
    assert.equal((await me(server, phone.accessToken)).body.code, "token_revoked");
    assert.equal((await me(server, stranger.accessToken)).status, 200);
  });

  test("what was revoked stays so after a kill, and the data holds together", async () => {
    const phone = await register(server);
    const laptop = await signIn(server, phone.email);
    await rest(server, "POST", "/auth/logout", { token: phone.accessToken });
    await server.stop("SIGKILL");
    const checked = veche(["check", "--data-dir", path.join(server.folder, "data")], { env: { JWT_SECRET: secret } });
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    server = await startVeche({ folder: server.folder });
    assert.equal((await me(server, phone.accessToken)).body.code, "token_revoked");
    assert.equal((await me(server, laptop.accessToken)).status, 200);
    assert.equal((await refresh(server, laptop.refreshToken)).status, 200);
  });

  test("a token that was used up, shown again after the grace, revokes its session", async () => {
    await until(() => Date.now() > rotatedAt + 10_100, "the grace to be over");
    const stolen = await refresh(server, thief.refreshToken);
    assert.deepEqual([stolen.status, stolen.body.code], [401, "token_revoked"]);
    assert.equal((await me(server, thief.accessToken)).body.code, "token_revoked");
  });
});

describe("limits of sign-in", () => {
  test("an address is counted once for all loops", async () => {
    const server = await startWorld({ args: ["--loops", "4"], env: { VECHE_LIMITS: "on" } });
    const tries = await Promise.all(Array.from({ length: 24 }, () =>
      rest(server, "POST", "/auth/login", { body: { email: "nobody@example.com", password: "whatever" }, headers: { connection: "close" } })));
    const heard = tries.filter((one) => one.status === 401).length;
    assert.ok(heard >= 10 && heard <= 12, `${heard} of 24`);
    assert.equal(tries.filter((one) => one.status === 429).length, 24 - heard);
    const register = await rest(server, "POST", "/auth/register", { body: { name: "N", email: "n@example.com", password } });
    assert.ok([201, 429].includes(register.status));
    await server.stop();
  });
});
