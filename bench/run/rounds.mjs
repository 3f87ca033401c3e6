// Every scenario on every server in turn, round after round, so that what else the machine does
// falls on all of them alike.
import { isFor, isOfRatio } from "./scenarios.mjs";

/** Rewrites one line on a terminal, prints lines elsewhere. */
export class Progress {
  constructor(total) {
    this.total = total;
    this.done = 0;
  }

  say(text) {
    const line = `[${this.done}/${this.total}] ${text}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
    else if (text.endsWith(".")) process.stderr.write(`${line}\n`);
  }

  end() {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}

/**
 * What is measured, in its order: [{ round, scenario, server }]. After `count` rounds only what
 * ratios to the floor are made of goes on, up to `ratioCount`.
 */
export function plan(serverNames, scenarios, count, ratioCount) {
  const turns = [];
  for (let round = 1; round <= Math.max(count, ratioCount); ++round) {
    for (const scenario of scenarios) {
      for (const server of serverNames) {
        if (!isFor(scenario, server)) continue;
        if (round <= (isOfRatio(scenario, server) ? ratioCount : count))
          turns.push({ round, scenario, server });
      }
    }
  }
  return turns;
}

/** [{ scenario, server, round, figure and report | error }]. */
export async function rounds(bench, servers, scenarios, { rounds: count, ratioRounds }) {
  const runs = [];
  const turns = plan(Object.keys(servers), scenarios, count, ratioRounds);
  const progress = new Progress(turns.length);
  for (const { round, scenario, server } of turns) {
    const what = `round ${round}, ${scenario.name} on ${server}`;
    progress.say(what);
    const { report, error } = await bench.measure(servers[server], scenario);
    const run = { scenario: scenario.name, server, round };
    if (report) Object.assign(run, { figure: scenario.figure(report), report });
    else run.error = error;
    runs.push(run);
    ++progress.done;
    progress.say(`${what}: ${error ? `no figure: ${error}` : `${run.figure} ${scenario.unit}`}.`);
  }
  progress.end();
  return runs;
}
