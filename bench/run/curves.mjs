// Which curves are drawn, and from which runs.
import { figure, serverNames } from "./figures.mjs";

/** The points [x, median of what `of` takes from each run] of the scenarios `prefix` + x. */
function points(result, server, prefix, of) {
  const found = [];
  for (const name of new Set(result.runs.map(({ scenario }) => scenario))) {
    const x = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || !Number.isFinite(x)) continue;
    const summary = figure(result, name, server, of);
    if (summary) found.push([x, summary.median]);
  }
  return found.sort(([a], [b]) => a - b);
}

/** A line for each server, of the same colour in every picture. */
function byServer(result, prefix, of) {
  return result.servers.map((name) => ({
    name, colour: serverNames.indexOf(name), points: points(result, name, prefix, of),
  }));
}

/** Lines of veche alone, each [name, prefix, of]. */
function ofVeche(result, lines) {
  return lines.map(([name, ...which]) => ({ name, points: points(result, "veche", ...which) }));
}

const cpuOf = (unit) => ({ report }) => report.server[`cpu_us_per_${unit}`];
const goodput = ({ report }) => report.goodput_per_second;
const deliveryP99 = ({ report }) => report.latency_us.delivery.p99 / usAMs;

const usAMs = 1_000;
const mebibyte = 2 ** 20;

/** [{ file, text, chart }] of what the result has points for. */
export function curves(result) {
  const all = [
    {
      file: "fanout.svg", text: "CPU of a delivery over the receivers of one chat",
      chart: {
        title: "CPU a delivery over receivers, 8 senders x 4 under way",
        x: { label: "receivers", log: true }, y: { label: "us a delivery", log: true },
        series: byServer(result, "fanout-"),
      },
    },
    {
      file: "load.svg", text: "Latency of a send over the load",
      chart: {
        title: "p99 of a send's ack over the load, 100 clients",
        x: { label: "sends a second that are due", log: true }, y: { label: "ms, p99", log: true },
        series: byServer(result, "load-", (run) => run.figure / usAMs),
      },
    },
    {
      file: "goodput.svg", text: "What is done of a load, over the load",
      chart: {
        title: "goodput over the load, 100 clients that send",
        x: { label: "sends a second that are due", log: true },
        y: { label: "acks a second", log: true },
        series: byServer(result, "load-", goodput),
      },
    },
    {
      file: "tick.svg", text: "CPU of a delivery over the delivery tick",
      chart: {
        title: "CPU a delivery over --delivery-tick, 200 messages/s to 200",
        x: { label: "tick, ms", log: false }, y: { label: "us a delivery", log: false },
        series: ofVeche(result, [["veche", "tick-"]]),
      },
    },
    {
      file: "tick-latency.svg", text: "Latency of a delivery over the delivery tick",
      chart: {
        title: "p99 of a delivery over --delivery-tick, 200 messages/s to 200",
        x: { label: "tick, ms", log: false }, y: { label: "ms, p99", log: false },
        series: ofVeche(result, [["veche", "tick-", deliveryP99]]),
      },
    },
    {
      file: "memory.svg", text: "Resident memory over idle connections",
      chart: {
        title: "memory over idle, signed-in connections",
        x: { label: "connections", log: false }, y: { label: "MiB", log: true },
        series: byServer(result, "idle-", (run) => run.figure / mebibyte),
      },
    },
    {
      file: "stored.svg", text: "Latency over the messages that are stored",
      chart: {
        title: "a send and a page of history over what is stored",
        x: { label: "stored messages", log: true }, y: { label: "us", log: true },
        series: ofVeche(result, [
          ["p99 of a send", "stored-send-"], ["p99 of a page", "stored-history-"],
          ["CPU of a send", "stored-send-", cpuOf("message")],
          ["CPU of a page", "stored-history-", cpuOf("page")],
        ]),
      },
    },
  ];
  for (const { chart } of all) chart.series = chart.series.filter((one) => one.points.length > 1);
  return all.filter(({ chart }) => chart.series.length > 0);
}
