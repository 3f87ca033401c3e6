// What holds for every REST route: a token, a method, a body, the prefix, and one shape of refusal.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { rest, startWorld, tokenOf } from "./support.mjs";

/** [method, path, does a body belong to it]; `pair` is a chat that eve has no part in. */
const signedIn = [
  ["GET", "/auth/me"], ["GET", "/auth/profile"], ["GET", "/auth/sessions"], ["DELETE", "/auth/sessions"],
  ["DELETE", "/auth/sessions/000000000000000000000000"], ["POST", "/auth/password", true], ["POST", "/auth/logout"],
  ["GET", "/users/search?query=a"], ["GET", "/users/me"], ["GET", "/users/bob"], ["PATCH", "/users/me", true],
  ["DELETE", "/users/me"],
  ["GET", "/chats"], ["POST", "/chats", true], ["POST", "/chats/group", true], ["POST", "/chats/find-or-check/bob"],
  ["GET", "/chats/pair"], ["PATCH", "/chats/pair", true], ["PATCH", "/chats/pair/info", true], ["DELETE", "/chats/pair"],
  ["PATCH", "/chats/pair/read"], ["GET", "/chats/pair/members"], ["POST", "/chats/pair/members", true],
  ["DELETE", "/chats/pair/members/bob"], ["PATCH", "/chats/pair/members/bob/role", true], ["POST", "/chats/pair/leave"],
  ["GET", "/chats/pair/messages"], ["GET", "/messages/chats/pair"], ["POST", "/messages", true],
  ["GET", "/messages/000000000000000000000000"], ["PATCH", "/messages/000000000000000000000000", true],
  ["DELETE", "/messages/000000000000000000000000"],
];
const open = [["POST", "/auth/login"], ["POST", "/auth/register"], ["POST", "/auth/refresh"]];

describe("every REST route", () => {
  let server;
  before(async () => { server = await startWorld(); });
  after(async () => { await server.stop(); });

  function refused(answer, status, code, what) {
    assert.equal(answer.status, status, what);
    assert.deepEqual(Object.keys(answer.body).sort(), ["code", "error", "message", "statusCode"], what);
    assert.equal(answer.body.statusCode, status, what);
    assert.equal(answer.body.code, code, what);
    assert.match(answer.headers.get("content-type"), /^application\/json/, what);
  }

  test("without a valid token: 401, with and without /api", async () => {
    for (const [method, path] of signedIn) {
      for (const token of [undefined, "garbage"]) {
        for (const prefix of ["", "/api"]) {
          const answer = await rest(server, method, prefix + path, { token });
          refused(answer, 401, "unauthorized", `${method} ${prefix}${path}`);
          assert.equal(answer.headers.get("www-authenticate"), "Bearer");
        }
      }
    }
  });

  test("a method that a path does not have: 405 with the ones it has", async () => {
    for (const [, path] of [...signedIn, ...open]) {
      const answer = await rest(server, "PUT", path, { token: tokenOf("ann"), body: {} });
      refused(answer, 405, "bad_request", `PUT ${path}`);
      const methods = [...signedIn, ...open].filter(([, other]) => other === path).map(([method]) => method);
      for (const method of methods) assert.ok(answer.headers.get("allow").includes(method), `${path}: ${method}`);
    }
  });

  test("a body that is no JSON, not said to be JSON, or of another shape: 400 and 415", async () => {
    for (const [method, path] of [...open, ...signedIn.filter(([, , takesBody]) => takesBody)]) {
      const token = tokenOf("ann");
      const what = `${method} ${path}`;
      const json = { "content-type": "application/json" };
      refused(await rest(server, method, path, { token, raw: "{", headers: json }), 400, "bad_request", what);
      refused(await rest(server, method, path, { token, raw: '{"a":1} x', headers: json }), 400, "bad_request", what);
      refused(await rest(server, method, path, { token, raw: "a=1", headers: { "content-type": "text/plain" } }), 415, "bad_request", what);
      for (const body of [[], "text", 5, null]) {
        refused(await rest(server, method, path, { token, body }), 400, "validation", `${what} ${JSON.stringify(body)}`);
      }
    }
  });

  test("a stranger sees no chat, and no difference to one that is not there", async () => {
    for (const [method, path, takesBody] of signedIn.filter(([, one]) => one.includes("/pair"))) {
      const body = takesBody ? { name: "x", userIds: ["eve"], role: "admin" } : undefined;
      const what = `${method} ${path}`;
      const stranger = await rest(server, method, path, { token: tokenOf("eve"), body });
      const nowhere = await rest(server, method, path.replace("/pair", "/nowhere"), { token: tokenOf("eve"), body });
      refused(stranger, 404, "not_found", what);
      assert.equal(stranger.text, nowhere.text, what);
    }
    assert.equal((await rest(server, "GET", "/chats/pair", { token: tokenOf("ann") })).status, 200);
  });

  test("both names of the own account", async () => {
    const token = tokenOf("ann");
    const [me, profile] = await Promise.all(["/auth/me", "/auth/profile"].map((path) => rest(server, "GET", path, { token })));
    assert.equal(me.status, 200);
    assert.equal(me.body._id, "ann");
    assert.deepEqual(profile.body, me.body);
  });

  test("a path that nobody has: 404", async () => {
    for (const path of ["/nowhere", "/auth", "/chats/pair/nowhere", "/api/api/chats", "/users/search/x"]) {
      refused(await rest(server, "GET", path, { token: tokenOf("ann") }), 404, "not_found", path);
    }
  });
});
