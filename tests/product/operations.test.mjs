// What an operator's machines ask: is it alive, is it ready, what does it count.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, connected, rest, startWorld, tokenOf } from "./support.mjs";

describe("operations", () => {
  let server;
  before(async () => { server = await startWorld({ args: ["--loops", "2"] }); });
  after(async () => { await server.stop(); });

  /** The metrics without their comments, by name and labels. */
  async function metrics() {
    const { status, headers, text } = await rest(server, "GET", "/metrics");
    assert.equal(status, 200);
    assert.match(headers.get("content-type"), /^text\/plain; version=0\.0\.4/);
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]));
  }

  test("alive and ready, with and without /api; a page says what this is", async () => {
    for (const path of ["/healthz", "/readyz", "/api/healthz"]) {
      assert.equal((await rest(server, "GET", path)).status, 200, path);
    }
    const page = await rest(server, "GET", "/");
    assert.match(page.headers.get("content-type"), /^text\/html/);
    assert.match(page.text, /veche \d+\.\d+\.\d+/);
    assert.equal((await rest(server, "POST", "/healthz", { body: {} })).status, 405);
  });

  test("metrics count what clients of every loop do", async () => {
    const sockets = await Promise.all(["ann", "ann", "bob", "bob"].map((name) => connected(server, name)));
    const refused = client(server, {});
    await refused.next("disconnect");
    await sockets[0].ask("message:send", { chatId: "pair", text: "one" });
    await sockets[1].ask("message:send", { chatId: "nowhere", text: "two" });
    await Promise.all(sockets.map((socket) => socket.next("message:new")));
    const counted = await metrics();
    assert.equal(counted.veche_sockets, 4);
    assert.equal(counted.veche_sign_ins_total, 4);
    assert.equal(counted.veche_auth_errors_total, 1);
    assert.equal(counted['veche_events_total{event="message:send"}'], 2);
    assert.equal(counted.veche_event_failures_total, 1);
    assert.equal(counted.veche_deliveries_total, 4);
    assert.ok(counted.veche_commit_batches_total > 0);
    assert.ok(counted.process_resident_memory_bytes > 1e6);
    for (const socket of sockets) socket.disconnect();
  });

  test("metrics are not for others: what comes through a proxy is refused", async () => {
    for (const name of ["X-Forwarded-For", "Forwarded"]) {
      const { status, body } = await rest(server, "GET", "/metrics", { headers: { [name]: "for=10.0.0.1" } });
      assert.equal(status, 403);
      assert.equal(body.code, "forbidden");
    }
  });
});

describe("rates, as they are without VECHE_LIMITS=off", () => {
  let server;
  before(async () => { server = await startWorld({ args: ["--loops", "3"], env: { VECHE_LIMITS: "on" } }); });
  after(async () => { await server.stop(); });

  test("30 sends in a burst for a user, however many sockets and whichever way", async () => {
    const devices = await Promise.all(Array.from({ length: 4 }, () => connected(server, "ann")));
    const bob = await connected(server, "bob");
    const acks = await Promise.all(Array.from({ length: 60 }, (_, i) =>
      devices[i % 4].ask("message:send", { chatId: "pair", text: `${i}` })));
    const refused = acks.filter(({ success }) => !success);
    // A slow machine earns some tokens on the way: one in 334 ms.
    assert.ok(refused.length > 0 && refused.length <= 30, `${refused.length} refused`);
    assert.ok(refused.every(({ code }) => code === "rate_limited"));
    let posted;
    for (let i = 0; i < 60 && posted?.status !== 429; i += 1) {
      posted = await rest(server, "POST", "/messages", { token: tokenOf("ann"), body: { chat: "pair", text: "x" } });
    }
    assert.equal(posted.status, 429);
    assert.equal(posted.headers.get("x-ratelimit-limit"), "30");
    assert.ok(Number(posted.headers.get("retry-after")) >= 1);
    assert.equal((await bob.ask("message:send", { chatId: "pair", text: "mine" })).success, true);
    assert.equal((await rest(server, "PATCH", "/chats/pair/read", { token: tokenOf("ann"), body: {} })).status, 200);
    assert.equal((await rest(server, "GET", "/chats", { token: tokenOf("ann") })).status, 200);
    for (const socket of [...devices, bob]) socket.disconnect();
  });

  test("10 sign-ins a minute for an address", async () => {
    const body = { email: "ann@example.com", password: "wrong password" };
    const answers = await Promise.all(Array.from({ length: 14 }, () => rest(server, "POST", "/auth/login", { body })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(10).fill(401), ...Array(4).fill(429)]);
  });
});
