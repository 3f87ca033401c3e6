// Figures as a table: on a terminal and in Markdown.
import { fairness } from "./fairness.mjs";
import { figure, measuredRows } from "./figures.mjs";
import { growth } from "./scenarios.mjs";

/** Three digits that count. */
export function shown(value) {
  if (value === undefined || !Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

function cell(figure) {
  if (!figure) return "-";
  const { median, min, max, count } = figure;
  return count === 1 ? shown(median) : `${shown(median)} (${shown(min)}-${shown(max)})`;
}

function ratio(of, to) {
  return of && to && to.median > 0 ? `${shown(of.median / to.median)}x` : "-";
}

/** A goal in times the floor, and whether it is met. */
function timesFloor(goal, summary, floor) {
  return `${goal}x: ${summary.median <= goal * floor.median ? "met" : "missed"}`;
}

/** What veche must reach, in times the floor or (`most`) in the row's unit, and whether it has. */
function verdict({ goal, memoryGoal, most, unit, figures }) {
  const { veche, floor, "veche-memory": memory } = figures;
  if (!veche) return "-";
  if (most) return `${shown(most)} ${unit}: ${veche.median <= most ? "met" : "missed"}`;
  if (!goal || !floor) return "-";
  const inMemory = memoryGoal && memory ? `; memory ${timesFloor(memoryGoal, memory, floor)}` : "";
  return timesFloor(goal, veche, floor) + inMemory;
}

/** Which servers are held against the floor. */
function againstFloor({ servers }) {
  return servers.includes("floor") ? servers.filter((name) => name.startsWith("veche")) : [];
}

/** The header and the cells of both tables: what was measured, and against veche. */
export function tables(result) {
  const rows = measuredRows(result);
  if (rows.length === 0) return [];
  const named = (row) => `${row.title}: ${row.unit}`;
  const measured = {
    head: ["median (least-most)", ...result.servers],
    rows: rows.map((row) => [
      named(row), ...result.servers.map((name) => cell(row.figures[name])),
    ]),
  };
  const others = result.servers.filter((name) => !name.startsWith("veche") && name !== "floor");
  const toFloor = againstFloor(result);
  const compared = {
    head: [
      "ratio of medians", ...toFloor.map((name) => `${name} to floor`),
      ...(toFloor.length > 0 ? ["goal"] : []), ...others.map((name) => `${name} to veche`),
    ],
    rows: rows.map((row) => [
      row.title, ...toFloor.map((name) => ratio(row.figures[name], row.figures.floor)),
      ...(toFloor.length > 0 ? [verdict(row)] : []),
      ...others.map((name) => ratio(row.figures[name], row.figures.veche)),
    ]),
  };
  const isCompared = result.servers.includes("veche") && compared.head.length > 1;
  return isCompared ? [measured, compared] : [measured];
}

/** What a delivery costs over the receivers, in times the floor's, when that was measured. */
export function growthTable(result) {
  const names = againstFloor(result);
  const rows = growth.receivers.map((count) => {
    const of = (server) => figure(result, `fanout-${count}`, server);
    const floor = of("floor");
    const held = (name) => {
      const summary = of(name);
      return summary && floor
        ? `${ratio(summary, floor)}, ${timesFloor(growth.goal, summary, floor)}` : "-";
    };
    return [count.toLocaleString("en-US"), ...names.map(held)];
  });
  const isMeasured = rows.every((cells) => cells.length > 1 && cells.every((cell) => cell !== "-"));
  const head = ["receivers", ...names.map((name) => `${name} to floor, goal`)];
  return isMeasured ? { head, rows } : undefined;
}

/** What bystanders feel beside each, when that was measured. */
export function fairnessTable(result) {
  const of = (name, percentile) =>
    figure(result, name, "veche", ({ report }) => report.latency_us.bystander_ack[percentile]);
  const alone = of(fairness[0].name, "p99");
  const tried = new Set(result.runs.map(({ scenario }) => scenario));
  const rows = fairness.filter(({ name }) => tried.has(name)).map(({ name, title }) => {
    const p99 = of(name, "p99");
    return [title, cell(of(name, "p50")), cell(p99), ratio(p99, alone)];
  });
  const head = ["beside", "p50, us", "p99, us", "p99 to that beside nobody"];
  return rows.length > 0 ? { head, rows } : undefined;
}

export function plainText({ head, rows }) {
  const lines = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  const padded = (text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]));
  return lines.map((line) => line.map(padded).join("  ")).join("\n");
}

export function markdown({ head, rows }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = `|${head.map((_, at) => (at === 0 ? "---" : "--:")).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
