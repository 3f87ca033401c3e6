// What twenty clients feel who do nothing but ping, beside somebody who asks much of the server.
//
// Who asks much is another process (beside.mjs), so that who measures is never kept waiting by it.

const bystanders = 20;
/** The bystanders, and one who comes and goes once a second: nobody's load. */
const standBy = ["connect", "--users", 1, "--rate", 1, "--bystanders", bystanders];

/** A world with a chat of so many, and enough users outside of it, who measure. */
const chatOf = (members) => ({
  world: ["--chat-of", members, "--users", members + bystanders + 1], firstUser: members,
});
/** The same without: two users in a chat. */
const pair = { world: ["--pairs", 1, "--users", 2 + bystanders + 1], firstUser: 2 };

const crowd = (receivers, rate) => ({
  ...chatOf(receivers),
  beside: ["bench", "fanout", "--receivers", receivers, "--senders", 1, "--rate", rate],
});

/** The rows of the table. The first is what the others are compared with. */
export const fairness = [
  { name: "fair-alone", title: "nobody", ...pair },
  { name: "fair-fanout", title: "100,000 deliveries/s to 1,000 receivers", ...crowd(1_000, 100) },
  { name: "fair-room", title: "a room of 10,000, 10 messages/s", ...crowd(10_000, 10) },
  {
    name: "fair-flood", title: "a client that floods, the limits on",
    ...pair, serve: ["--limits", "on"], beside: ["flood"],
  },
  {
    name: "fair-slow", title: "10 slow consumers, 4.8 MB/s to each", ...chatOf(20),
    beside: [
      "bench", "slow", "--receivers", 20, "--senders", 1, "--slow", 10, "--rate", 600,
      "--text-bytes", 8_000,
    ],
  },
  { name: "fair-logins", title: "10,000 who wait to log in", ...pair, beside: ["logins"] },
  {
    name: "fair-connect", title: "1,000 connects/s",
    world: ["--users", 1_000 + bystanders + 1, "--pairs", 1], firstUser: 1_000,
    beside: ["bench", "connect", "--users", 1_000, "--rate", 1_000],
  },
].map((scenario) => ({
  ...scenario, bench: standBy, part: "fairness", unit: "us, p99", only: ["veche"],
  figure: (report) => report.latency_us.bystander_ack.p99,
}));
