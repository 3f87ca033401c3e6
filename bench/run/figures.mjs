// From runs to figures: one summary for each scenario and server.
import { memoryPoints, tableRows } from "./scenarios.mjs";
import { slope, summary } from "./statistics.mjs";

export const serverNames = ["veche", "veche-memory", "floor", "node", "bun", "nest"];

/**
 * { median, min, max, count } of what `of` takes from each run, its figure unless told otherwise;
 * undefined where there is no run, or one with a fault.
 */
export function figure(result, scenario, server, of = (run) => run.figure) {
  const runs = result.runs.filter((run) => run.scenario === scenario && run.server === server);
  if (runs.length === 0 || runs.some((run) => run.error)) return undefined;
  return summary(runs.map(of));
}

/** Bytes a connection: the slope of the resident memory over the sizes, of each round. */
export function weight(result, server) {
  const sizes = new Map(memoryPoints.map(({ name, bench }) => [name, Number(bench.at(-1))]));
  const rounds = new Map();
  for (const run of result.runs) {
    if (run.server !== server || !sizes.has(run.scenario) || run.error) continue;
    const points = rounds.get(run.round) ?? [];
    points.push([sizes.get(run.scenario), run.figure]);
    rounds.set(run.round, points);
  }
  const whole = [...rounds.values()].filter((points) => points.length === sizes.size);
  if (whole.length === 0 || whole.length < rounds.size) return undefined;
  return summary(whole.map(slope));
}

/** The rows that were measured: [{ title, unit, stores, figures: { server: summary } }]. */
export function measuredRows(result) {
  const rows = tableRows.map((row) => ({ ...row, of: (name) => figure(result, row.name, name) }));
  rows.push({
    name: "memory", title: "memory of an idle, signed-in connection", unit: "bytes", most: 2_048,
    of: (name) => weight(result, name),
  });
  const tried = new Set(result.runs.map(({ scenario }) => scenario));
  const wasTried = ({ name }) =>
    name === "memory" ? memoryPoints.every((point) => tried.has(point.name)) : tried.has(name);
  return rows.filter(wasTried).map(({ of, ...row }) => ({
    ...row,
    figures: Object.fromEntries(result.servers.map((name) => [name, of(name)])),
  }));
}

/** The runs without a figure, as lines. */
export function faults(result) {
  return result.runs
    .filter((run) => run.error)
    .map((run) => `${run.scenario} on ${run.server}, round ${run.round}: ${run.error}`);
}
