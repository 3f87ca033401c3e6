// scripts/bench --check: has a delivery, an ack, a send or a connection become dearer?
import { baseCommit, build, buildBase } from "./build.mjs";
import { hasCallgrind, instructions } from "./instructions.mjs";
import { Bench } from "./measure.mjs";
import { paired } from "./paired.mjs";
import { Progress } from "./rounds.mjs";
import { named } from "./scenarios.mjs";
import { servers } from "./servers.mjs";
import { plainText, shown } from "./table.mjs";

const growthMax = 0.05;
/** The interval must be clear of no growth at all, by more than a quiet machine's own error. */
const clearOf = 1.02;
const memoryBlocksMax = 5;
/** What an instruction is taken to cost, at some 1.7 of them a cycle. */
const nsAnInstruction = 0.2;

const gates = [
  { name: "fanout-200", title: "CPU a delivery, fan-out to 200", unit: "us", alone: "delivery" },
  { name: "ack-4", title: "CPU an ack, 100 clients x 4", unit: "us", alone: "ack" },
  { name: "send", title: "CPU a send, 100 clients x 1", unit: "us", alone: "send" },
  { name: "memory", title: "memory of a connection", unit: "bytes" },
];
const memorySizes = [1000, 5000];

/** A figure of one run, or what a run's fault throws. */
async function measured(bench, server, name) {
  const [scenario] = named([name]);
  const { report, error } = await bench.measure(server, scenario);
  if (error) throw new Error(`${name}: no figure: ${error}`);
  return scenario.figure(report);
}

async function weight(bench, server) {
  const [small, large] = memorySizes;
  const rss = async (size) => {
    const scenario = named(["memory"]).find((one) => one.name === `idle-${size}`);
    const { report, error } = await bench.measure(server, scenario);
    if (error) throw new Error(`memory: no figure: ${error}`);
    return scenario.figure(report);
  };
  return ((await rss(large)) - (await rss(small))) / (large - small);
}

const percent = (ratio) => `${ratio >= 1 ? "+" : ""}${((ratio - 1) * 100).toFixed(1)} %`;

/** Of a gate that was measured: a line of the table, and whether it fails. */
function verdict(gate, { base, head, estimate, low, high, blocks }) {
  const hasGrown = estimate > 1 + growthMax && low > clearOf;
  const isKnown = low > 1 - growthMax && high < 1 + growthMax;
  return {
    hasGrown,
    cells: [
      `${gate.title}: ${gate.unit}`, shown(base), shown(head), percent(estimate),
      `${percent(low)} to ${percent(high)}`, String(blocks),
      hasGrown ? "GREW" : isKnown ? "ok" : "too noisy to say",
    ],
  };
}

/** The second witness: what the instructions that were added must cost, beside the base's CPU. */
function witnessed(gate, base, head, baseCpuUs) {
  const was = base[gate.alone];
  const is = head[gate.alone];
  const added = ((is - was) * nsAnInstruction) / 1000 / baseCpuUs;
  const hasGrown = added > growthMax;
  return {
    hasGrown,
    cells: [
      `instructions of ${gate.alone === "ack" ? "an" : "a"} ${gate.alone}, alone`,
      shown(was), shown(is), percent(is / was), `${percent(1 + added)} of its CPU`, "1",
      hasGrown ? "GREW" : "ok",
    ],
  };
}

async function compare(bench, both, chosen, most) {
  const verdicts = [];
  const progress = new Progress(chosen.length);
  const cpu = {};
  for (const gate of chosen) {
    const isMemory = gate.name === "memory";
    const measure = (name) =>
      isMemory ? weight(bench, both[name]) : measured(bench, both[name], gate.name);
    const result = await paired(measure, {
      most: isMemory ? Math.min(memoryBlocksMax, most) : most,
      said: (blocks, { low, high }) =>
        progress.say(`${gate.name}, ${blocks} blocks: ${percent(low)} to ${percent(high)}`),
    });
    ++progress.done;
    progress.say(`${gate.name}: ${percent(result.estimate)} after ${result.blocks} blocks.`);
    cpu[gate.name] = result.least;
    verdicts.push(verdict(gate, result));
  }
  progress.end();
  const counted = chosen.filter(({ alone }) => alone);
  if (!hasCallgrind()) {
    console.error("bench: valgrind is not installed; no instructions are counted");
  } else if (counted.length > 0) {
    const base = await instructions(both.base, bench);
    const head = await instructions(both.head, bench);
    verdicts.push(...counted.map((gate) => witnessed(gate, base, head, cpu[gate.name])));
  }
  return verdicts;
}

export async function check(root, folder, options) {
  const unknown = options.only?.find((name) => !gates.some((gate) => gate.name === name));
  if (unknown) throw new Error(`--check knows ${gates.map(({ name }) => name).join(", ")}`);
  const commit = process.env.VECHE_BASE ? "VECHE_BASE" : baseCommit(root, options.base);
  const { veche } = build(root, ["veche"]);
  const base = buildBase(root, folder, commit);
  console.error(`bench: ${veche} against ${base} (${commit.slice(0, 10)})`);
  const known = servers(root, { veche, base });
  const bench = new Bench({ veche, folder, seconds: 1, warmUp: 0.5 });
  const chosen = gates.filter(({ name }) => !options.only || options.only.includes(name));
  const both = { base: known.base, head: known.veche };
  const verdicts = await compare(bench, both, chosen, options.rounds);
  const head = ["", "base", "head", "change", "95 of 100", "blocks", ""];
  console.log(plainText({ head, rows: verdicts.map(({ cells }) => cells) }));
  const hasGrown = verdicts.some((one) => one.hasGrown);
  console.log(hasGrown ? "bench: more than 5 % dearer than the base" : "bench: ok");
  return hasGrown ? 1 : 0;
}
