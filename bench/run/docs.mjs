// Writes what was measured into docs/benchmarks.md, between its markers, and the curves beside it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { curves } from "./curves.mjs";
import { faults } from "./figures.mjs";
import { chart } from "./svg.mjs";
import { fairnessTable, growthTable, markdown, tables } from "./table.mjs";

/** The text with what stands between the lines of a marker replaced. */
export function between(text, marker, filling) {
  const open = `<!-- ${marker} -->\n`;
  const close = `<!-- /${marker} -->`;
  const from = text.indexOf(open);
  const to = text.indexOf(close);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no marker ${marker}`);
  return `${text.slice(0, from + open.length)}${filling}\n${text.slice(to)}`;
}

const busyLoad = 0.5;
const busyText = " (it was not idle: read the ratios, not the microseconds)";

function machineText({ machine, versions, options, madeAt }) {
  const isBusy = Number(machine.load) > busyLoad;
  const lines = [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}`,
    `- load of the machine before the run: ${machine.load}${isBusy ? busyText : ""}`,
    ...Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`),
    `- ${madeAt.slice(0, 10)}; rounds: ${options.rounds}, of what is held against the floor ` +
      `${options.ratioRounds ?? options.rounds}; of ${options.seconds} s after ` +
      `${options.warmUp} s of warm-up`,
  ];
  return lines.join("\n");
}

export function writeDocs(root, result) {
  const page = join(root, "docs/benchmarks.md");
  const folder = join(root, "docs/benchmarks");
  mkdirSync(folder, { recursive: true });
  const drawn = curves(result);
  for (const { file, chart: what } of drawn) writeFileSync(join(folder, file), chart(what));
  const broken = faults(result);
  let text = readFileSync(page, "utf8");
  text = between(text, "machine", machineText(result));
  text = between(text, "figures", tables(result).map(markdown).join("\n\n"));
  text = between(
    text, "faults",
    broken.length === 0
      ? "Every run was clean: nothing lost, doubled, reordered, misrouted or damaged."
      : `Runs without a figure:\n\n${broken.map((line) => `- ${line}`).join("\n")}`,
  );
  const fairness = fairnessTable(result);
  if (fairness) text = between(text, "fairness", markdown(fairness));
  const growth = growthTable(result);
  if (growth) text = between(text, "growth", markdown(growth));
  if (drawn.length > 0) {
    const images = drawn.map(({ file, text: of }) => `![${of}](benchmarks/${file})`);
    text = between(text, "curves", images.join("\n\n"));
  }
  writeFileSync(page, text);
}
