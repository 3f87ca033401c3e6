// One scenario on one server, once.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beside } from "./beside.mjs";
import { filled } from "./filled.mjs";
import { output, run } from "./processes.mjs";
import { pinned, secret, start } from "./servers.mjs";
import { token } from "./wire_client.mjs";

/** Beyond the seconds of the load: connecting thousands, and a slow server's last deliveries. */
const graceMs = 120_000;

/** What a load beside the one that is measured lasts longer: the latter has to connect. */
const spareSeconds = 2;
const tokenCount = 100;

/** The faults of a report, as words; empty when there are none. */
export function faultsOf(report) {
  const kinds = [
    "lost", "doubled", "reordered", "misrouted", "damaged", "acks_lost", "acks_doubled",
  ];
  const found = kinds.filter((kind) => report[kind] > 0).map((kind) => `${kind} ${report[kind]}`);
  if (report.failure) found.push(report.failure);
  return found.join(", ");
}

/** A report with that of the load beside it, whose faults are as bad. */
function withBeside({ report }, other) {
  const faults = faultsOf(other);
  return faults ? { error: `beside: ${faults}` } : { report: { ...report, beside: other } };
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
    let other;
    try {
      const world = this.world(scenario);
      running = await start(server, world, join(this.folder, "data"), {
        words: scenario.serve,
        filled: scenario.filled && filled(this.veche, this.folder, world, scenario.filled),
      });
      other = scenario.beside && (await this.beside(running, scenario.beside));
      const measured = await this.load(running, scenario);
      return other && measured.report ? withBeside(measured, await other.stop()) : measured;
    } catch (error) {
      return { error: error.message };
    } finally {
      other?.kill();
      await running?.stop();
    }
  }

  /** Starts who asks much: a script of this folder, or a load that outlasts the one to come. */
  beside({ url }, [name, ...words]) {
    if (name !== "bench") {
      const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
      return beside([process.execPath, script, url]);
    }
    const load = [
      this.veche, name, ...words, "--url", url, "--warm-up", 0,
      "--seconds", this.warmUp + this.seconds + spareSeconds, "--format", "json",
    ];
    return beside(load, { endsItself: true });
  }

  /** The words for signing in as the users from the scenario's first on. */
  tokens({ firstUser }) {
    if (!firstUser) return [];
    const file = join(this.folder, "worlds", "tokens");
    const lines = Array.from({ length: tokenCount }, (_, i) => token(`u${firstUser + i}`, secret));
    writeFileSync(file, `${lines.join("\n")}\n`);
    return ["--tokens", file];
  }

  async load({ url, pid }, scenario) {
    const [program, ...words] = [
      ...pinned(1), this.veche, "bench", ...scenario.bench, "--url", url, "--pid", pid,
      "--seconds", this.seconds, "--warm-up", this.warmUp, "--format", "json",
      ...this.tokens(scenario),
    ];
    const timeoutMs = (this.seconds + this.warmUp) * 1_000 + graceMs;
    const { code, stdout, stderr: told } = await run(program, words, {
      timeoutMs, env: { ...process.env, JWT_SECRET: secret },
    });
    const stderr = told.replace("under load\n", "").trim();
    let report;
    try {
      report = JSON.parse(stdout);
    } catch {
      return { error: stderr || `the generator ended with ${code}` };
    }
    const faults = faultsOf(report);
    return code === 0 && !faults ? { report } : { error: faults || stderr };
  }
}
