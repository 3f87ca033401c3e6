// scripts/bench: see options.mjs for what it does.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { check } from "./check.mjs";
import { writeDocs } from "./docs.mjs";
import { faults } from "./figures.mjs";
import { Bench } from "./measure.mjs";
import { help, readOptions } from "./options.mjs";
import { rounds } from "./rounds.mjs";
import { named, pageOnly, quick, table } from "./scenarios.mjs";
import { installPeer, servers } from "./servers.mjs";
import { fairnessTable, growthTable, plainText, tables } from "./table.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "build/bench");

function machine() {
  return {
    cpu: cpus()[0].model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`, load: loadavg()[0].toFixed(2),
  };
}

function chosenScenarios(options) {
  if (options.only) return named(options.only);
  const rows = options.quick ? quick : table;
  return options.docs ? [...rows, ...pageOnly] : rows;
}

async function measure(options) {
  const before = machine();
  const binaries = build(root, options.servers);
  const every = servers(root, binaries);
  const chosen = Object.fromEntries(options.servers.map((name) => [name, every[name]]));
  for (const { peer } of Object.values(chosen)) if (peer) installPeer(root, peer);
  const bench = new Bench({ veche: binaries.veche, folder, ...options });
  const runs = await rounds(bench, chosen, chosenScenarios(options), options);
  return {
    madeAt: new Date().toISOString(),
    machine: before,
    versions: Object.fromEntries(options.servers.map((name) => [name, chosen[name].version()])),
    options: {
      rounds: options.rounds, ratioRounds: options.ratioRounds, seconds: options.seconds,
      warmUp: options.warmUp,
    },
    servers: options.servers,
    runs,
  };
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(help);
  if (options.check) return check(root, folder, options);
  const result = options.from
    ? JSON.parse(readFileSync(options.from, "utf8"))
    : await measure(options);
  if (options.json) writeFileSync(options.json, JSON.stringify(result, null, 1) + "\n");
  const printed = [...tables(result), growthTable(result), fairnessTable(result)].filter(Boolean);
  for (const one of printed) console.log(`${plainText(one)}\n`);
  if (options.docs) writeDocs(root, result);
  const broken = faults(result);
  for (const line of broken) console.error(`bench: no figure: ${line}`);
  return broken.length > 0 ? 1 : 0;
}

main().then(
  (code) => { process.exitCode = code ?? 0; },
  (error) => {
    console.error(`bench: ${error.message}`);
    process.exitCode = 2;
  },
);
