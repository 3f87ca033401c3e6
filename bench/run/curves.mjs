// Which curves are drawn, and from which runs.
import { figure } from "./figures.mjs";

/** The points [x, median] of the scenarios `prefix` + x that a server has figures of. */
function points(result, server, prefix, scale = 1) {
  const found = [];
  for (const name of new Set(result.runs.map(({ scenario }) => scenario))) {
    const x = Number(name.slice(prefix.length));
    const of = name.startsWith(prefix) && Number.isFinite(x) && figure(result, name, server);
    if (of) found.push([x, of.median / scale]);
  }
  return found.sort(([a], [b]) => a - b);
}

function series(result, prefix, scale) {
  return result.servers
    .map((name) => ({ name, points: points(result, name, prefix, scale) }))
    .filter((one) => one.points.length > 1);
}

const mebibyte = 2 ** 20;

/** [{ file, text, chart }] of what the result has points for. */
export function curves(result) {
  const stored = Object.entries(result.stored ?? {}).map(([name, points_]) => ({
    name, points: points_,
  }));
  return [
    {
      file: "fanout.svg", text: "CPU of a delivery over the receivers of one chat",
      chart: {
        title: "CPU a delivery over receivers, 8 senders x 4 under way",
        x: { label: "receivers", log: true }, y: { label: "us a delivery", log: true },
        series: series(result, "fanout-"),
      },
    },
    {
      file: "load.svg", text: "Latency of an ack over the load",
      chart: {
        title: "ack p99 over load, 100 clients",
        x: { label: "events a second", log: true }, y: { label: "us, p99", log: true },
        series: series(result, "load-"),
      },
    },
    {
      file: "memory.svg", text: "Resident memory over idle connections",
      chart: {
        title: "memory over idle, signed-in connections",
        x: { label: "connections", log: false }, y: { label: "MiB", log: true },
        series: series(result, "idle-", mebibyte),
      },
    },
    {
      file: "stored.svg", text: "Latency over the messages that are stored",
      chart: {
        title: "latency over stored messages",
        x: { label: "stored messages", log: true }, y: { label: "us, p99", log: true },
        series: stored,
      },
    },
  ].filter(({ chart }) => chart.series.length > 0);
}
