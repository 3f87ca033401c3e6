// What is measured: a world, the words for `veche bench`, and the field that is the figure. Some
// have words for the server too (serve), a number of messages that it holds already (filled), or
// somebody who disturbs it (beside).
import { fairness } from "./fairness.mjs";

const cpu = (unit) => (report) => report.server[`cpu_us_per_${unit}`];
const ackP99 = (report) => report.latency_us.ack.p99;

function fanout(receivers, { senders = 8, inFlight = 4, more = [] } = {}) {
  return {
    world: ["--chat-of", receivers],
    bench: [
      "fanout", "--receivers", receivers, "--senders", senders, "--in-flight", inFlight, ...more,
    ],
    unit: "us a delivery",
    figure: cpu("delivery"),
  };
}

function idle(connections) {
  return {
    world: ["--users", connections, "--pairs", 1],
    bench: ["idle", "--connections", connections],
    unit: "bytes",
    figure: (report) => report.server.rss_after,
  };
}

const pairs = (count) => ["--pairs", count];

/**
 * The rows of the table, in its order. `goal` is what veche must reach, in times the floor, and
 * `memoryGoal` the same of messages in memory: goals were set on one machine, and as ratios they
 * hold on any.
 */
const rows = [
  {
    name: "fanout-200", title: "fan-out to 200, 8 senders x 4 under way", goal: 1.6, ...fanout(200),
  },
  {
    name: "fanout-1000", title: "fan-out to 1,000, 8 senders x 4 under way", goal: 1.74,
    ...fanout(1000),
  },
  {
    name: "rooms", title: "50 rooms of 20, one sender x 4 each", goal: 1.64,
    unit: "us a delivery",
    world: ["--rooms", 50, "--of", 20],
    bench: ["rooms", "--rooms", 50, "--of", 20, "--in-flight", 4], figure: cpu("delivery"),
  },
  {
    name: "one", title: "fan-out to 200, one at a time", goal: 1.1,
    ...fanout(200, { senders: 1, inFlight: 1 }),
  },
  {
    name: "one-rate", title: "fan-out to 200, one at a time, 100 a second", goal: 1.1,
    ...fanout(200, { senders: 1, inFlight: 64, more: ["--rate", 100] }),
  },
  {
    name: "ack-4", title: "ack, 100 clients x 4, nothing stored", goal: 1.31, unit: "us an ack",
    world: pairs(100), bench: ["ack", "--clients", 100, "--in-flight", 4], figure: cpu("ack"),
  },
  {
    name: "ack-1", title: "ack, 100 clients x 1, nothing stored", goal: 1.12, unit: "us an ack",
    world: pairs(100), bench: ["ack", "--clients", 100, "--in-flight", 1], figure: cpu("ack"),
  },
  {
    name: "send", title: "send, 100 clients x 1", goal: 2.6, unit: "us a message", stores: true,
    world: pairs(100), bench: ["send", "--clients", 100, "--in-flight", 1], figure: cpu("message"),
  },
  {
    name: "pairs", title: "1:1 chats, 50 pairs x 4, 400 under way", goal: 6.06, memoryGoal: 1.52,
    unit: "us a message", stores: true, world: pairs(50),
    bench: ["pairs", "--pairs", 50, "--in-flight", 4], figure: cpu("message"),
  },
  {
    name: "connect", title: "connect with a token, and go", goal: 1.61, unit: "us a connect",
    world: ["--users", 1000, "--pairs", 1], bench: ["connect", "--users", 1000],
    figure: cpu("connect"),
  },
];

/** Sizes whose slope is the weight of one connection. */
const idleSizes = [1000, 3000, 5000];

const memory = idleSizes.map((count) => ({
  name: `idle-${count}`, part: "memory", ...idle(count),
}));

/** Receivers of one chat at which a delivery must cost at most so many times the floor's. */
export const growth = { goal: 1.5, receivers: [10, 100, 1_000, 10_000] };

/** The points that only the curves need. */
const curves = [
  ...[10, 100].map((count) => ({ name: `fanout-${count}`, ...fanout(count) })),
  // 32 messages of 10,000 receivers each outlast the pings of the seed's stack.
  { name: "fanout-10000", ...fanout(10_000), without: ["nest"] },
  { name: "idle-10000", ...idle(10_000) },
].map((scenario) => ({ ...scenario, part: "curves" }));

/**
 * Sends at a steady rate, up to far more than the server can do. What was due then is done all the
 * same, so the rate ends where that takes a server too long.
 */
const load = [1_000, 5_000, 20_000, 50_000, 100_000, 200_000, 400_000].map((rate) => ({
  name: `load-${rate}`, part: "load", unit: "us, p99", figure: ackP99,
  world: pairs(100), bench: ["send", "--clients", 100, "--rate", rate],
  without: [
    "veche-memory", ...(rate > 50_000 ? ["node", "nest"] : []), ...(rate > 100_000 ? ["bun"] : []),
  ],
}));

/** One message at a time, whose deliveries may wait for others to leave with. */
const tick = [0, 1, 2, 5, 10].map((ms) => ({
  name: `tick-${ms}`, part: "tick", only: ["veche"],
  ...fanout(200, { inFlight: 64, more: ["--rate", 200] }), serve: ["--delivery-tick", ms],
}));

/** Latency over what the database holds already, at a pace that is no load. */
const stored = [10_000, 100_000, 1_000_000, 10_000_000].flatMap((count) => [
  { name: `stored-send-${count}`, bench: ["send", "--clients", 100, "--rate", 1_000] },
  { name: `stored-history-${count}`, bench: ["history", "--clients", 100, "--rate", 200] },
].map((scenario) => ({
  ...scenario, part: "stored", unit: "us, p99", figure: ackP99,
  only: ["veche"], world: pairs(100), filled: count,
})));

export const all = [...rows, ...memory, ...curves, ...load, ...tick, ...stored, ...fairness];
const parts = ["memory", "curves", "load", "tick", "stored", "fairness"];
export const names = [...rows.map(({ name }) => name), ...parts];

/** The scenarios that these words name: a scenario's own name, or that of a part. */
export function named(words) {
  const chosen = [];
  for (const word of words) {
    const found = all.filter(({ name, part }) => name === word || part === word);
    if (found.length === 0) throw new Error(`no scenario ${word}; there are ${names.join(", ")}`);
    chosen.push(...found);
  }
  return [...new Set(chosen)];
}

/** Whether a scenario is one for this server. */
export function isFor({ only, without = [] }, server) {
  return !without.includes(server) && (!only || only.includes(server));
}

const ratios = new Set([
  ...rows.map(({ name }) => name), ...growth.receivers.map((count) => `fanout-${count}`),
]);
const ours = new Set(["veche", "veche-memory", "floor"]);

/** Whether a server's figure is part of a ratio to the floor, for which there is a goal. */
export function isOfRatio({ name }, server) {
  return ratios.has(name) && ours.has(server);
}

/** What a plain run measures: the table. */
export const table = [...rows, ...memory];
export const tableRows = rows;
/** What the page needs besides. */
export const pageOnly = all.filter((scenario) => !table.includes(scenario));
export { memory as memoryPoints };

/** A few that are quick and stand for the rest. */
export const quick = named(["fanout-200", "one", "ack-4", "send", "connect", "memory"]);
