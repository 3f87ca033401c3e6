// Somebody who asks much of a server while it is measured.
import { spawn } from "node:child_process";
import { output } from "./processes.mjs";
import { pinned, secret } from "./servers.mjs";

const startMs = 120_000;

/**
 * Starts a program on the load generator's core, and resolves when it says `under load`. From then
 * on it gets what the generator leaves of the core (SCHED_IDLE), so that who measures is never kept
 * waiting by it. stop() ends it, unless it ends by itself, and gives the JSON that it prints.
 */
export async function beside(words, { endsItself = false } = {}) {
  const name = words.slice(0, 3).join(" ");
  const [program, ...rest] = [...pinned(1), ...words.map(String)];
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, JWT_SECRET: secret },
  });
  let said = "";
  let told = "";
  child.stdout.on("data", (bytes) => (said += bytes));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", () => resolve(told.trim().split("\n").at(-1)));
  });
  const begun = new Promise((resolve) => {
    child.stderr.on("data", (bytes) => {
      told = (told + bytes).slice(-4_000);
      if (told.includes("under load\n")) resolve();
    });
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), startMs);
  const why = await Promise.race([begun, ended]);
  clearTimeout(timer);
  if (why !== undefined) throw new Error(`${name}: ${why || "did not begin in time"}`);
  output("chrt", ["--idle", "--all-tasks", "--pid", 0, child.pid]);
  const stop = async () => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded) throw new Error(`${name}: ended too early: ${await ended}`);
    if (!endsItself) child.kill("SIGTERM");
    await ended;
    return JSON.parse(said);
  };
  return { stop, kill: () => child.kill("SIGKILL") };
}

/** For a script that is such a program: tells that it has begun, and at the end what was done. */
export function underLoad(done) {
  console.error("under load");
  process.once("SIGTERM", () => {
    process.stdout.write(JSON.stringify(done), () => process.exit());
  });
}
