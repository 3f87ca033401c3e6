// What is measured: a world, the words for `veche bench`, and the field that is the figure.

const cpu = (unit) => (report) => report.server[`cpu_us_per_${unit}`];

function fanout(receivers, { senders = 8, inFlight = 4 } = {}) {
  return {
    world: ["--chat-of", receivers],
    bench: ["fanout", "--receivers", receivers, "--senders", senders, "--in-flight", inFlight],
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

/** The rows of the table, in its order. */
const rows = [
  { name: "fanout-200", title: "fan-out to 200, 8 senders x 4 under way", ...fanout(200) },
  { name: "fanout-1000", title: "fan-out to 1,000, 8 senders x 4 under way", ...fanout(1000) },
  {
    name: "rooms", title: "50 rooms of 20, one sender x 4 each", unit: "us a delivery",
    world: ["--rooms", 50, "--of", 20],
    bench: ["rooms", "--rooms", 50, "--of", 20, "--in-flight", 4], figure: cpu("delivery"),
  },
  {
    name: "one", title: "fan-out to 200, one at a time",
    ...fanout(200, { senders: 1, inFlight: 1 }),
  },
  {
    name: "ack-4", title: "ack, 100 clients x 4, nothing stored", unit: "us an ack",
    world: pairs(100), bench: ["ack", "--clients", 100, "--in-flight", 4], figure: cpu("ack"),
  },
  {
    name: "ack-1", title: "ack, 100 clients x 1, nothing stored", unit: "us an ack",
    world: pairs(100), bench: ["ack", "--clients", 100, "--in-flight", 1], figure: cpu("ack"),
  },
  {
    name: "send", title: "send, 100 clients x 1", unit: "us a message", stores: true,
    world: pairs(100), bench: ["send", "--clients", 100, "--in-flight", 1], figure: cpu("message"),
  },
  {
    name: "pairs", title: "1:1 chats, 50 pairs x 4, 400 under way", unit: "us a message",
    stores: true, world: pairs(50), bench: ["pairs", "--pairs", 50, "--in-flight", 4],
    figure: cpu("message"),
  },
  {
    name: "connect", title: "connect with a token, and go", unit: "us a connect",
    world: ["--users", 1000, "--pairs", 1], bench: ["connect", "--users", 1000],
    figure: cpu("connect"),
  },
];

/** Sizes whose slope is the weight of one connection. */
const idleSizes = [1000, 3000, 5000];

const memory = idleSizes.map((count) => ({
  name: `idle-${count}`, part: "memory", ...idle(count),
}));

/** The points that only the curves need. */
const curves = [
  ...[10, 100].map((count) => ({ name: `fanout-${count}`, ...fanout(count) })),
  // 32 messages of 10,000 receivers each outlast the pings of the seed's stack.
  { name: "fanout-10000", ...fanout(10_000), without: ["nest"] },
  { name: "idle-10000", ...idle(10_000) },
  ...[1_000, 5_000, 20_000, 50_000, 100_000, 150_000, 200_000].map((rate) => ({
    name: `load-${rate}`, unit: "us", needs: "--rate", world: pairs(100),
    bench: ["ack", "--clients", 100, "--rate", rate],
    figure: (report) => report.latency_us.ack.p99,
  })),
].map((scenario) => ({ ...scenario, part: "curve" }));

export const all = [...rows, ...memory, ...curves];
export const names = [...rows.map(({ name }) => name), "memory", "curves"];

/** The scenarios that these words name: a scenario's own name, "memory" or "curves". */
export function named(words) {
  const chosen = [];
  for (const word of words) {
    const part = { memory: "memory", curves: "curve" }[word];
    const found = all.filter(({ name, part: own }) => (part ? own === part : name === word));
    if (found.length === 0) throw new Error(`no scenario ${word}; there are ${names.join(", ")}`);
    chosen.push(...found);
  }
  return [...new Set(chosen)];
}

/** What a plain run measures: the table. */
export const table = [...rows, ...memory];
export const tableRows = rows;
export { memory as memoryPoints, curves as curvePoints };

/** A few that are quick and stand for the rest. */
export const quick = named(["fanout-200", "one", "ack-4", "send", "connect", "memory"]);
