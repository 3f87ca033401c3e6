// Goal: whose tokens are taken, and that no other token gets anything done, over REST and over
// sockets of both transports (CONTRACT R4 to R6, RELIABILITY input 52). Method: tokens signed by
// hand, as another service or an attacker would, against the built binary.
import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { client, connected, inAnHour, rest, secret, settled, startWorld, token, tokenOf } from "./support.mjs";

const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const usual = { alg: "HS256", typ: "JWT" };
const good = () => ({ sub: "ann", exp: inAnHour() });

/** The parts as they are, signed with our secret whatever they say. */
const sealed = (head, body, key = secret) => {
  const text = `${head}.${body}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaSigned = (head) => {
  const text = `${part(head)}.${part(good())}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url")}`;
};
const attacker = "the attacker's own key, 32 bytes long";
const oct = { kty: "oct", k: Buffer.from(attacker).toString("base64url") };

/** The same bits in another spelling: the last character's spare bits are set. */
function respelled(text) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) ^ 1];
}

function badTokens() {
  const whole = token(good());
  const [head, body, signature] = whole.split(".");
  const claims = (more) => token({ ...good(), ...more });
  return {
    "no token at all": "garbage",
    "two parts": `${head}.${body}`,
    "four parts": `${whole}.${signature}`,
    "only dots": "..",
    "alg none": token(good(), { alg: "none" }),
    "alg None": token(good(), { alg: "None" }),
    "alg NONE with our signature": sealed(part({ ...usual, alg: "NONE" }), body),
    "alg missing": sealed(part({ typ: "JWT" }), body),
    "alg a list": sealed(part({ alg: ["HS256"], typ: "JWT" }), body),
    "alg in small letters": sealed(part({ ...usual, alg: "hs256" }), body),
    "alg HS512": token(good(), { alg: "HS512" }),
    "alg RS256 over our secret": sealed(part({ ...usual, alg: "RS256" }), body),
    "alg RS256 in truth": rsaSigned({ ...usual, alg: "RS256" }),
    "HS256 keyed by a public key": sealed(head, body, publicKey.export({ type: "spki", format: "pem" })),
    "alg twice": sealed(part('{"alg":"HS256","alg":"none"}'), body),
    crit: sealed(part({ ...usual, crit: ["exp"] }), body),
    "crit, empty": sealed(part({ ...usual, crit: [] }), body),
    "the attacker's key as jwk": sealed(part({ ...usual, jwk: oct }), body, attacker),
    "the attacker's key by jku": sealed(part({ ...usual, jku: "http://127.0.0.1:9/keys" }), body, attacker),
    "the attacker's key by x5u": sealed(part({ ...usual, x5u: "http://127.0.0.1:9/cert" }), body, attacker),
    "a file of zeros as kid": sealed(part({ ...usual, kid: "../../../../dev/null" }), body, "\0"),
    "a query as kid": sealed(part({ ...usual, kid: "x' UNION SELECT 'key" }), body, "key"),
    "no signature": `${head}.${body}.`,
    "a cut signature": whole.slice(0, -1),
    "a longer signature": `${whole}A`,
    "another's signature": `${head}.${body}.${tokenOf("bob").split(".")[2]}`,
    "a signature with padding": `${whole}=`,
    "a signature in another spelling": `${head}.${body}.${respelled(signature)}`,
    "a signature with a line end": `${whole}\n`,
    "a space in front": ` ${whole}`,
    "a body with padding": sealed(head, `${part('{"sub":"ann"}')}==`),
    "a body in another alphabet": sealed(head, Buffer.from('{"sub":"ann","x":"???>>>"}').toString("base64").replace(/=+$/, "")),
    "a changed body": `${head}.${part({ ...good(), sub: "bob" })}.${signature}`,
    "a body that is no JSON": sealed(head, part("not json")),
    "a body that is a list": sealed(head, part([good()])),
    "a body that is not UTF-8": sealed(head, Buffer.from('{"sub":"\xff"}', "latin1").toString("base64url")),
    "sub twice": token('{"sub":"ann","sub":"bob"}'),
    "exp twice": token(`{"sub":"ann","exp":1,"exp":${inAnHour()}}`),
    "another secret": token(good(), { key: attacker }),
    "an empty secret": token(good(), { key: "" }),
    "no sub": token({ exp: inAnHour() }),
    "sub empty": claims({ sub: "" }),
    "sub an object": claims({ sub: { $gt: "" } }),
    "sub a list": claims({ sub: ["ann"] }),
    "sub null": claims({ sub: null }),
    "sub true": claims({ sub: true }),
    "sub a fraction": claims({ sub: 1.5 }),
    "sub with a space": claims({ sub: "a b" }),
    "sub with U+0000": claims({ sub: "ann\0" }),
    "sub too long": claims({ sub: "a".repeat(65) }),
    "exp 1e308": token('{"sub":"ann","exp":1e308}'),
    "exp a string": claims({ exp: String(inAnHour()) }),
    "exp null": claims({ exp: null }),
    "exp an object": claims({ exp: {} }),
    "exp negative": claims({ exp: -1 }),
    "nbf in the future": claims({ nbf: inAnHour() }),
    "nbf a string": claims({ nbf: "0" }),
    "iat a string": claims({ iat: "now" }),
    "8 KiB and more": claims({ padding: "x".repeat(8192) }),
    "900 KB": claims({ padding: "x".repeat(650_000) }),
  };
}
const pastTokens = () => ({
  "exp past": token({ sub: "ann", exp: Math.floor(Date.now() / 1000) - 10 }),
  "exp 0": token({ sub: "ann", exp: 0 }),
});

for (const transport of ["websocket", "polling"]) {
  describe(`refused tokens over ${transport}`, () => {
    let server; let bob;
    before(async () => {
      server = await startWorld({ args: ["--loops", "2"] });
      bob = await connected(server, "bob", { transports: [transport] });
    });
    after(async () => {
      bob?.disconnect();
      await server?.stop();
    });

    /** Connects, speaks at once, and is refused. */
    async function refused(auth) {
      const socket = client(server, auth, { transports: [transport] });
      const answers = [];
      socket.emit("message:send", { chatId: "pair", text: "by nobody" }, (ack) => answers.push(ack));
      socket.emit("chat:join", { chatId: "pair" }, (ack) => answers.push(ack));
      socket.emit("ping", {}, (ack) => answers.push(ack));
      await socket.next("disconnect");
      assert.deepEqual(socket.of("disconnect"), [["io server disconnect"]]);
      assert.deepEqual(answers, []);
      return socket;
    }

    test("R5: no token: connect, then the disconnect", async () => {
      for (const auth of [undefined, {}, { token: "" }, { token: null }, { token: 7 }, { token: {} }, { other: "x" }]) {
        const socket = await refused(auth);
        assert.deepEqual(socket.seen.map((one) => one.event), ["connect", "disconnect"], JSON.stringify(auth));
      }
    });

    test("R6, input 52: a bad one: connect, auth:error, then the disconnect, and nothing it says is done", async () => {
      const all = [...Object.entries(badTokens()).map(([kind, value]) => [kind, value, "unauthorized"]),
        ...Object.entries(pastTokens()).map(([kind, value]) => [kind, value, "token_expired"])];
      for (const [kind, value, expected] of all) {
        const socket = await refused({ token: value });
        assert.deepEqual(socket.seen.map((one) => one.event), ["connect", "auth:error", "disconnect"], kind);
        const [{ code, message }] = socket.of("auth:error")[0];
        assert.equal(code, expected, kind);
        assert.equal(message, expected === "unauthorized" ? "Unauthorized" : "Token expired");
      }
      await settled(bob);
      assert.deepEqual(bob.of("message:new"), []);
      const history = await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("bob") });
      assert.deepEqual(history.body.messages, []);
    });

    test("a token over the size of a message ends the connection, not the server", async () => {
      const socket = client(server, { token: "x".repeat(1_100_000) }, { transports: [transport] });
      await Promise.race([socket.next("disconnect"), socket.next("connect_error")]).catch(() => {});
      socket.disconnect();
      assert.deepEqual(socket.of("session:ready"), []);
      await settled(bob);
    });

    test("R4: tokens of other issuers are as good", async () => {
      const accepted = {
        "no exp": [token({ sub: "ann" }), "ann"],
        "a number as sub": [token({ sub: 42, exp: inAnHour() }), "42"],
        "claims of another issuer": [token({ ...good(), iss: "https://id.example.com", aud: ["chat"], roles: ["x"],
          nbf: 0, iat: inAnHour(), jti: "j", azp: null, nested: { sub: "bob" } }), "ann"],
        "a session of another issuer": [token({ ...good(), sid: "session-of-theirs" }), "ann"],
        "a session that can be none of ours": [token({ ...good(), sid: "a b ".repeat(100) }), "ann"],
        "a key's name": [token(good(), { header: { kid: "2026-01" } }), "ann"],
        "without typ": [sealed(part({ alg: "HS256" }), part(good())), "ann"],
        "an exp with a fraction": [token(`{"sub":"ann","exp":${inAnHour()}.5}`), "ann"],
        "after Bearer": [`Bearer ${token(good())}`, "ann"],
      };
      for (const [kind, [value, id]] of Object.entries(accepted)) {
        const socket = client(server, { token: value }, { transports: [transport] });
        assert.equal((await socket.next("session:ready")).userId, id, kind);
        assert.equal((await socket.ask("ping")).success, true);
        socket.disconnect();
      }
    });

    test("R4: an unknown sub gets a row with its name and email, the email only when it is free", async () => {
      for (const [claims, email] of [
        [{ sub: `new-${transport}`, name: "New", email: `new-${transport}@example.com` }, `new-${transport}@example.com`],
        [{ sub: `late-${transport}`, name: "Late", email: `NEW-${transport}@example.com` }, ""],
        [{ sub: `odd-${transport}`, name: "Odd", email: 7 }, ""],
      ]) {
        const value = token({ ...claims, exp: inAnHour() });
        const socket = client(server, { token: value }, { transports: [transport] });
        assert.equal((await socket.next("session:ready")).userId, claims.sub);
        socket.disconnect();
        const shown = await rest(server, "GET", "/auth/me", { token: value });
        assert.deepEqual([shown.body._id, shown.body.name, shown.body.email], [claims.sub, claims.name, email]);
      }
    });
  });
}

describe("tokens over REST", () => {
  let server;
  before(async () => { server = await startWorld({ args: ["--loops", "3"] }); });
  after(async () => { await server?.stop(); });

  test("input 52: bad ones get 401 with their code, and change nothing", async () => {
    for (const [kinds, code] of [[badTokens(), "unauthorized"], [pastTokens(), "token_expired"]]) {
      for (const [kind, value] of Object.entries(kinds)) {
        if (/[\n\r]/.test(value) || value.length > 16_000) continue;
        if (kind === "a space in front") continue;  // between Bearer and the token there may be any
        const answer = await rest(server, "POST", "/messages", { token: value, body: { chat: "pair", text: "by nobody" } });
        assert.deepEqual([answer.status, answer.body?.code], [401, code], kind);
        assert.equal(answer.headers.get("www-authenticate"), "Bearer");
      }
    }
    const history = await rest(server, "GET", "/chats/pair/messages", { token: tokenOf("bob") });
    assert.deepEqual(history.body.messages, []);
  });

  test("a token of 1 MB is refused as a header, and the server goes on", async () => {
    const answer = await rest(server, "GET", "/auth/me", { token: "x".repeat(1_000_000) }).catch(() => undefined);
    if (answer) assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    assert.equal((await rest(server, "GET", "/auth/me", { token: tokenOf("ann") })).status, 200);
  });

  test("R4: a number as sub, and no exp; the log says so once for the process", async () => {
    const number = await rest(server, "GET", "/auth/me", { token: token({ sub: 77, name: "Seventy-seven" }) });
    assert.deepEqual([number.status, number.body._id, number.body.name], [200, "77", "Seventy-seven"]);
    const sockets = Array.from({ length: 12 }, () => client(server, { token: token({ sub: "ann" }) }));
    await Promise.all(sockets.map((socket) => socket.next("session:ready")));
    for (const socket of sockets) socket.disconnect();
    assert.equal(server.output.split("A token without exp was accepted").length, 2, server.output);
  });

  test("no token stands in the log", () => {
    assert.ok(!server.output.includes(tokenOf("ann").split(".")[2]));
    assert.ok(!server.output.includes(secret));
  });
});
