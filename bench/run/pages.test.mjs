import assert from "node:assert/strict";
import { test } from "node:test";
import { curves } from "./curves.mjs";
import { between } from "./docs.mjs";
import { faults, figure, weight } from "./figures.mjs";
import { faultsOf } from "./measure.mjs";
import { readOptions } from "./options.mjs";
import { plan } from "./rounds.mjs";
import { all, isFor, named, tableRows } from "./scenarios.mjs";
import { servers } from "./servers.mjs";
import { chart, linearTicks, logTicks, tickText } from "./svg.mjs";
import { fairnessTable, growthTable, markdown, plainText, shown, tables } from "./table.mjs";

const run = (scenario, server, round, figure_) => ({ scenario, server, round, figure: figure_ });
const result = {
  servers: ["veche", "floor", "node"],
  runs: [
    run("fanout-200", "veche", 1, 0.4), run("fanout-200", "veche", 2, 0.5),
    run("fanout-200", "veche", 3, 0.6), run("fanout-200", "floor", 1, 0.25),
    run("fanout-200", "node", 1, 6),
    { scenario: "fanout-200", server: "node", round: 2, error: "lost 3" },
    run("fanout-1000", "veche", 1, 0.4), run("fanout-1000", "floor", 1, 0.2),
    ...[1000, 3000, 5000].map((size) => run(`idle-${size}`, "veche", 1, 1e6 + 1200 * size)),
  ],
};

test("a figure is the median of the rounds", () => {
  const expected = { median: 0.5, min: 0.4, max: 0.6, count: 3 };
  assert.deepEqual(figure(result, "fanout-200", "veche"), expected);
});

test("one run with a fault leaves no figure, and is told", () => {
  assert.equal(figure(result, "fanout-200", "node"), undefined);
  assert.deepEqual(faults(result), ["fanout-200 on node, round 2: lost 3"]);
});

test("each kind of fault is one", () => {
  const kinds = [
    "lost", "doubled", "reordered", "misrouted", "damaged", "acks_lost", "acks_doubled",
  ];
  for (const kind of kinds) assert.equal(faultsOf({ [kind]: 2 }), `${kind} 2`);
  assert.equal(faultsOf({ lost: 0, failure: "cut" }), "cut");
  assert.equal(faultsOf({ lost: 0, failure: null }), "");
});

test("a connection weighs the slope over the sizes", () => {
  assert.equal(weight(result, "veche").median, 1200);
  assert.equal(weight(result, "floor"), undefined);
});

test("tables have a column a server, and the ratios", () => {
  const [measured, compared] = tables(result);
  assert.deepEqual(measured.rows[0].slice(1), ["0.50 (0.40-0.60)", "0.25", "-"]);
  assert.deepEqual(compared.rows[0].slice(1), ["2.00x", "1.6x: missed", "-"]);
  assert.deepEqual(compared.rows[1].slice(1), ["2.00x", "1.74x: missed", "-"]);
  assert.deepEqual(compared.rows.at(-1).slice(1), ["-", "2,048 bytes: met", "-"]);
  assert.match(markdown(measured), /^\| median \(least-most\) \| veche \| floor \| node \|\n\|---/);
  assert.equal(new Set(plainText(measured).split("\n").map((line) => line.length)).size, 1);
});

test("in memory there may be a goal of its own", () => {
  const [, compared] = tables({
    servers: ["veche", "veche-memory", "floor"],
    runs: [
      run("pairs", "veche", 1, 5), run("pairs", "veche-memory", 1, 2), run("pairs", "floor", 1, 1),
    ],
  });
  const goals = "6.06x: met; memory 1.52x: missed";
  assert.deepEqual(compared.rows[0].slice(1), ["5.00x", "2.00x", goals]);
});

test("growth is held against the floor at each number of receivers", () => {
  const counts = [10, 100, 1000, 10000];
  const measured = {
    servers: ["veche", "floor"],
    runs: counts.flatMap((count) => [
      run(`fanout-${count}`, "veche", 1, count === 10 ? 1.6 : 1.5),
      run(`fanout-${count}`, "floor", 1, 1),
    ]),
  };
  const rows = growthTable(measured).rows;
  assert.deepEqual(rows[0], ["10", "1.60x, 1.5x: missed"]);
  assert.deepEqual(rows[3], ["10,000", "1.50x, 1.5x: met"]);
  assert.equal(growthTable({ ...measured, runs: measured.runs.slice(2) }), undefined);
  assert.equal(growthTable({ ...measured, servers: ["veche"] }), undefined);
});

test("what is held against the floor may be measured more often than the rest", () => {
  const scenarios = named(["pairs", "fair-alone"]);
  const turns = plan(["veche", "floor", "node"], scenarios, 1, 3)
    .map(({ round, scenario, server }) => `${round} ${scenario.name} ${server}`);
  assert.deepEqual(turns, [
    "1 pairs veche", "1 pairs floor", "1 pairs node", "1 fair-alone veche",
    "2 pairs veche", "2 pairs floor", "3 pairs veche", "3 pairs floor",
  ]);
  assert.equal(readOptions(["--rounds", "2"]).ratioRounds, 2);
  assert.equal(readOptions(["--ratio-rounds", "9"]).ratioRounds, 9);
  assert.throws(() => readOptions(["--ratio-rounds", "2"]), /from 3/);
});

test("numbers have three digits that count", () => {
  assert.deepEqual([0.4567, 12.345, 123.4, 17_357.2].map(shown), ["0.46", "12.3", "123", "17,357"]);
  assert.equal(shown(undefined), "-");
});

test("scenarios have names of their own, and words name them", () => {
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  const chosen = named(["ack-1", "memory"]).map(({ name }) => name);
  assert.deepEqual(chosen, ["ack-1", "idle-1000", "idle-3000", "idle-5000"]);
  assert.throws(() => named(["nothing"]), /no scenario nothing; there are fanout-200/);
  assert.ok(tableRows.every(({ title, unit, figure: of }) => title && unit && of));
});

test("a scenario says which servers it is for", () => {
  const [few] = named(["load-400000"]);
  assert.deepEqual(["veche", "floor", "node", "bun"].filter((name) => isFor(few, name)), [
    "veche", "floor",
  ]);
  assert.ok(named(["tick"]).every((one) => isFor(one, "veche") && !isFor(one, "floor")));
});

test("a server has no limits unless a scenario wants them", () => {
  const { veche } = servers("/root", { veche: "/veche" });
  const limits = (words) =>
    veche.command("world", "folder", words).join(" ").match(/--limits \w+/g);
  assert.deepEqual(limits(), ["--limits off"]);
  assert.deepEqual(limits(["--delivery-tick", 5]), ["--limits off"]);
  assert.deepEqual(limits(["--limits", "on"]), ["--limits on"]);
});

test("what is asked for is checked", () => {
  assert.equal(readOptions([]).rounds, 3);
  assert.equal(readOptions(["--quick"]).seconds, 1);
  assert.deepEqual(readOptions(["--only", "send, pairs"]).only, ["send", "pairs"]);
  assert.throws(() => readOptions(["--servers", "veche,other"]), /no server other/);
  assert.throws(() => readOptions(["--rounds", "0"]), /--rounds wants a number from 1/);
  assert.throws(() => readOptions(["--from", "x.json"]), /--from goes with --docs/);
  assert.throws(() => readOptions(["--nonsense"]));
});

test("curves are drawn of what has two points", () => {
  const [fanout, ...rest] = curves(result);
  const sizes = fanout.chart.series.map(({ name, points }) => [name, points.length]);
  assert.deepEqual(sizes, [["veche", 2], ["floor", 2]]);
  assert.deepEqual(rest.map(({ file }) => file), ["memory.svg"]);
});

test("a curve takes what it shows from the runs", () => {
  const loads = [[1_000, 900, 80], [2_000, 1_100, 9_000]].map(([rate, goodput, p99]) => ({
    ...run(`load-${rate}`, "floor", 1, p99), report: { goodput_per_second: goodput },
  }));
  const ticks = [0, 5].map((ms) => ({
    ...run(`tick-${ms}`, "veche", 1, 8 - ms),
    report: { latency_us: { delivery: { p99: 1_000 * (1 + ms) } } },
  }));
  const drawn = curves({ servers: ["veche", "floor"], runs: [...loads, ...ticks] });
  const lines = Object.fromEntries(drawn.map(({ file, chart: { series } }) => [
    file, Object.fromEntries(series.map(({ name, points }) => [name, points])),
  ]));
  assert.deepEqual(lines, {
    "load.svg": { floor: [[1_000, 0.08], [2_000, 9]] },
    "goodput.svg": { floor: [[1_000, 900], [2_000, 1_100]] },
    "tick.svg": { veche: [[0, 8], [5, 3]] },
    "tick-latency.svg": { veche: [[0, 1], [5, 6]] },
  });
});

test("what bystanders feel is compared with what they feel beside nobody", () => {
  const felt = (name, round, p50, p99) => ({
    ...run(name, "veche", round, p99), report: { latency_us: { bystander_ack: { p50, p99 } } },
  });
  const runs = [
    felt("fair-alone", 1, 30, 100), felt("fair-slow", 1, 40, 250), felt("fair-slow", 2, 40, 350),
    { scenario: "fair-flood", server: "veche", round: 1, error: "lost 1" },
  ];
  const { rows } = fairnessTable({ servers: ["veche"], runs });
  assert.deepEqual(rows.map((row) => row.slice(1)), [
    ["30.0", "100", "1.00x"], ["-", "-", "-"], ["40.0 (40.0-40.0)", "300 (250-350)", "3.00x"],
  ]);
  assert.equal(fairnessTable(result), undefined);
});

test("a chart has its lines, its words escaped, and every place is a number", () => {
  const svg = chart({
    title: "a < b", x: { label: "x", log: true }, y: { label: "y", log: true },
    series: [{ name: "one & two", points: [[10, 0.3], [1000, 0.5], [0, 1]] }],
  });
  assert.equal(svg.match(/<circle/g).length, 2);
  assert.match(svg, /a &lt; b/);
  assert.match(svg, /one &amp; two/);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
});

test("ticks are round and enough", () => {
  assert.deepEqual(logTicks(10, 1000), [10, 20, 50, 100, 200, 500, 1000]);
  assert.deepEqual(logTicks(1, 100_000), [1, 10, 100, 1000, 10_000, 100_000]);
  assert.deepEqual(linearTicks(5000), [0, 1000, 2000, 3000, 4000, 5000]);
  assert.deepEqual([0.25, 1000, 10_000, 2e6].map(tickText), ["0.25", "1000", "10k", "2M"]);
});

test("a page keeps all but what stands between its markers", () => {
  const page = "a\n<!-- figures -->\nold\n<!-- /figures -->\nb\n";
  assert.equal(between(page, "figures", "new"), "a\n<!-- figures -->\nnew\n<!-- /figures -->\nb\n");
  assert.throws(() => between(page, "machine", ""), /no marker machine/);
});
