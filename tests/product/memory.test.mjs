// Thousands of real connections to one process: what each weighs, and that nothing stays of them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { binary, freshFolder, rest, secret, startVeche, until, within } from "./support.mjs";

const isSanitized = process.env.VECHE_SANITIZED === "1";
/** Each connection is one of the files that a process may open. */
const files = Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))[1]);
const crowd = Math.min(isSanitized ? 2_000 : 15_000, files - 500);
const wave = Math.min(isSanitized ? 1_000 : 10_000, files - 500);
const MiB = 2 ** 20;

/** Connections that sign in, are weighed, and go. */
async function idle(server, connections) {
  const args = ["bench", "idle", "--url", server.url, "--pid", `${server.child.pid}`,
    "--connections", `${connections}`, "--addresses", "8", "--seconds", "1", "--format", "json"];
  const bench = spawn(binary, args, { env: { ...process.env, JWT_SECRET: secret }, cwd: freshFolder(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let said = "";
  bench.stdout.on("data", (text) => { output += text; });
  bench.stderr.on("data", (text) => { said += text; });
  const code = await within(new Promise((resolve) => bench.once("exit", resolve)), "the bench to end", 240_000);
  assert.equal(code, 0, said + output);
  return JSON.parse(output);
}

const resident = (server) => {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
};

/** The server knows that nobody is there but who asks. */
async function emptied(server) {
  await until(async () => {
    const { text } = await rest(server, "GET", "/metrics");
    return Number(/^veche_sockets (\d+)$/m.exec(text)[1]) === 0;
  }, "the server to be empty", 60_000);
}

describe("memory", () => {
  let server;
  let atRest;
  before(async () => { server = await startVeche({ args: ["--loops", "1"] }); });
  after(async () => { await server.stop(); });

  test("the log says how many files may be open", () => {
    assert.match(server.output, new RegExp(`at most ${files} files may be open`));
  });

  test(`${crowd} clients at once`, async (t) => {
    const report = await idle(server, crowd);
    assert.equal(report.failure, null);
    atRest = report.server.rss_at_rest;
    const bytes = report.server.bytes_per_connection;
    t.diagnostic(`${bytes} bytes a connection and its user`);
    if (!isSanitized) assert.ok(bytes < 2_048, `${bytes} bytes`);
    await emptied(server);
  });

  test(`${wave} more come and go, and nothing stays`, async (t) => {
    const first = resident(server);
    await idle(server, wave);
    await emptied(server);
    if (isSanitized) return;
    // What is still there are the users, who are remembered, and the tables.
    const bound = Math.min(first + MiB, atRest + crowd * 1_024);
    await until(() => resident(server) < bound, "the memory to go back", 30_000);
    t.diagnostic(`${atRest / MiB} MiB at rest, ${first / MiB} MiB after the first crowd, ${resident(server) / MiB} MiB after the second`);
  });
});
