// What an operator's machines ask: is it alive, is it ready, what does it count.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { client, connected, rest, startWorld } from "./support.mjs";

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
