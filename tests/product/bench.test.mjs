// What `veche bench` says to a program that runs it: JSON on stdout, a line when the load begins.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { binary, freshFolder, secret, startVeche, within } from "./support.mjs";

/** Runs a load to its end. */
async function bench(server, ...words) {
  const child = spawn(binary, ["bench", ...words, "--url", server.url], {
    env: { ...process.env, JWT_SECRET: secret }, cwd: freshFolder(), stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let said = "";
  child.stdout.on("data", (text) => { output += text; });
  child.stderr.on("data", (text) => { said += text; });
  const code = await within(new Promise((resolve) => child.once("close", resolve)), "the bench to end", 60_000);
  return { code, output, said };
}

const load = ["ack", "--clients", "4", "--seconds", "1", "--warm-up", "0"];

describe("veche bench", () => {
  let server;
  before(async () => { server = await startVeche({ args: ["--limits", "off"] }); });
  after(async () => { await server.stop(); });

  test("one line tells that the load has begun, and the report stands alone", async () => {
    const { code, output, said } = await bench(server, ...load, "--format", "json");
    assert.equal(code, 0, said + output);
    assert.equal(said, "under load\n");
    const report = JSON.parse(output);
    assert.equal(report.scenario, "ack");
    assert.equal(report.failure, null);
    assert.ok(report.acks > 0);
    assert.equal(report.acks_lost + report.acks_doubled + report.lost, 0);
  });

  test("it does not tell of a load that cannot begin", async () => {
    const { code, output, said } = await bench(server, ...load, "--jwt-secret", "another secret, of 32 bytes or more");
    assert.notEqual(code, 0);
    assert.doesNotMatch(said, /under load/);
    assert.match(said + output, /token|unauthorized|refused/i);
  });
});
