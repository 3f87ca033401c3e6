// The words of scripts/bench.
import { parseArgs } from "node:util";
import { serverNames } from "./figures.mjs";
import { names } from "./scenarios.mjs";

export const help = `scripts/bench measures veche beside the floor and its peers, in one run.

  scripts/bench                      the table: every scenario on every server, three rounds
  scripts/bench --quick              a few scenarios, one round of a second
  scripts/bench --docs               the table and the curves, into docs/benchmarks.md
  scripts/bench --docs --from FILE   the same from an earlier run's JSON
  scripts/bench --check              CPU and memory against the merge base; exit code 1 when it grew

  --only NAME,...     ${names.slice(0, 6).join(", ")},
                      ${names.slice(6).join(", ")}
  --servers NAME,...  ${serverNames.join(", ")}
  --rounds N          how often each is measured: 3; of --check, pairs of pairs at most: 12
  --ratio-rounds N    the same of veche and the floor where they are compared: as --rounds
  --seconds S         what is measured of each: 3
  --warm-up S         seconds of load before it: 2
  --json FILE         everything that was measured
  --base REF          what --check compares with; the merge base with origin/main or main, or HEAD~1

VECHE names a binary to measure instead of building one; VECHE_BASE one to compare it with.
The server runs on core 0, the load generator on core 1. A run with a fault has no figure and makes
the exit code 1.`;

function number(text, name, least) {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name} wants a number from ${least}`);
  return value;
}

function list(text) {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

/** What was asked for. Throws what is wrong with it. */
export function readOptions(words) {
  const text = { type: "string" };
  const flag = { type: "boolean", default: false };
  const { values } = parseArgs({
    args: words,
    options: {
      only: text, servers: text, rounds: text, seconds: text, "warm-up": text, json: text,
      base: text, from: text, "ratio-rounds": text, quick: flag, docs: flag, check: flag,
      help: { ...flag, short: "h" },
    },
  });
  const chosen = values.servers ? list(values.servers) : serverNames;
  const unknown = chosen.find((name) => !serverNames.includes(name));
  if (unknown) throw new Error(`no server ${unknown}; there are ${serverNames.join(", ")}`);
  if (values.from && !values.docs) throw new Error("--from goes with --docs");
  if (values.base && !values.check) throw new Error("--base goes with --check");
  const rounds = number(values.rounds ?? (values.check ? 12 : values.quick ? 1 : 3), "rounds", 1);
  return {
    ...values,
    only: values.only && list(values.only),
    servers: chosen,
    rounds,
    ratioRounds: number(values["ratio-rounds"] ?? rounds, "ratio-rounds", rounds),
    seconds: number(values.seconds ?? (values.quick ? 1 : 3), "seconds", 0.1),
    warmUp: number(values["warm-up"] ?? (values.quick ? 1 : 2), "warm-up", 0),
  };
}
