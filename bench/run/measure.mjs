// One scenario on one server, once.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, run } from "./processes.mjs";
import { pinned, secret, start } from "./servers.mjs";

/** Beyond the seconds of the load: connecting thousands, and a slow server's last deliveries. */
const graceMs = 120_000;

/** The faults of a report, as words; empty when there are none. */
export function faultsOf(report) {
  const kinds = [
    "lost", "doubled", "reordered", "misrouted", "damaged", "acks_lost", "acks_doubled",
  ];
  const found = kinds.filter((kind) => report[kind] > 0).map((kind) => `${kind} ${report[kind]}`);
  if (report.failure) found.push(report.failure);
  return found.join(", ");
}

/** Runs the load generator of `veche` on core 1 against servers on core 0. */
export class Bench {
  constructor({ veche, folder, seconds, warmUp }) {
    Object.assign(this, { veche, folder, seconds, warmUp });
    mkdirSync(join(folder, "worlds"), { recursive: true });
  }

  /** The file of the world that a scenario lives in. */
  world(scenario) {
    const file = join(this.folder, "worlds", `${scenario.world.join("")}.jsonl`);
    if (!existsSync(file)) {
      writeFileSync(file, output(this.veche, ["bench", "world", ...scenario.world]) + "\n");
    }
    return file;
  }

  /** { report } of a clean run, or { error }. */
  async measure(server, scenario) {
    let running;
    try {
      const folder = join(this.folder, "data");
      running = await start(server, this.world(scenario), folder, { words: scenario.serve });
      return await this.load(running, scenario);
    } catch (error) {
      return { error: error.message };
    } finally {
      await running?.stop();
    }
  }

  async load({ url, pid }, scenario) {
    const [program, ...words] = [
      ...pinned(1), this.veche, "bench", ...scenario.bench, "--url", url, "--pid", pid,
      "--seconds", this.seconds, "--warm-up", this.warmUp, "--format", "json",
    ];
    const timeoutMs = (this.seconds + this.warmUp) * 1_000 + graceMs;
    const { code, stdout, stderr } = await run(program, words, {
      timeoutMs, env: { ...process.env, JWT_SECRET: secret },
    });
    let report;
    try {
      report = JSON.parse(stdout);
    } catch {
      return { error: stderr.trim() || `the generator ended with ${code}` };
    }
    const faults = faultsOf(report);
    return code === 0 && !faults ? { report } : { error: faults || stderr.trim() };
  }
}
