// Every scenario on every server in turn, round after round, so that what else the machine does
// falls on all of them alike.
import { isFor } from "./scenarios.mjs";

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

/** [{ scenario, server, round, figure and report | error }]. */
export async function rounds(bench, servers, scenarios, count) {
  const runs = [];
  const namesFor = (scenario) => Object.keys(servers).filter((name) => isFor(scenario, name));
  const each = scenarios.reduce((sum, scenario) => sum + namesFor(scenario).length, 0);
  const progress = new Progress(count * each);
  for (let round = 1; round <= count; ++round) {
    for (const scenario of scenarios) {
      for (const name of namesFor(scenario)) {
        progress.say(`round ${round}, ${scenario.name} on ${name}`);
        const { report, error } = await bench.measure(servers[name], scenario);
        const run = { scenario: scenario.name, server: name, round };
        if (report) Object.assign(run, { figure: scenario.figure(report), report });
        else run.error = error;
        runs.push(run);
        ++progress.done;
        const outcome = error ? `no figure: ${error}` : `${run.figure} ${scenario.unit}`;
        progress.say(`round ${round}, ${scenario.name} on ${name}: ${outcome}.`);
      }
    }
  }
  progress.end();
  return runs;
}
