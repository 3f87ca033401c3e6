// Instructions that a server executes outside of the kernel, counted by callgrind under loads that
// are the same every time. A busy machine changes the time, not this.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { output } from "./processes.mjs";
import { secret, start } from "./servers.mjs";
import { token, WireClient } from "./wire_client.mjs";

const crowd = 64;
const sends = 300;
const acks = 3000;
const text = "x".repeat(64);

export function hasCallgrind() {
  try {
    return output("valgrind", ["--version"]) !== "";
  } catch {
    return false;
  }
}

/** One client at a time does its part, and all wait for it. */
async function load(url, { clients, messages, leaves }) {
  const all = [];
  for (let i = 0; i < clients; ++i) {
    all.push(await WireClient.connect(url, token(`u${i}`, secret)));
  }
  for (let i = 1; i <= messages; ++i) {
    await all[0].ask("message:send", { chatId: "c0", text });
    await Promise.all(all.map((client) => client.received(i)));
  }
  for (let i = 0; i < leaves; ++i) await all[0].ask("chat:leave", { chatId: "c0" });
  for (const client of all) client.close();
}

/** Instructions of a server's whole life under a load. */
async function count(server, bench, what) {
  const log = join(bench.folder, `callgrind-${process.pid}.log`);
  const words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
  const watched = {
    ...server,
    command: (...args) => [...words, `--log-file=${log}`, ...server.command(...args)],
  };
  const world = bench.world({ world: ["--chat-of", crowd] });
  const running = await start(watched, world, join(bench.folder, "data"));
  try {
    await load(running.url, { messages: 0, leaves: 0, ...what });
  } finally {
    await running.stop();
  }
  const collected = /Collected : (\d+)/.exec(readFileSync(log, "utf8"))?.[1];
  rmSync(log);
  if (!collected) throw new Error("callgrind counted nothing");
  return Number(collected);
}

/** { delivery, send, ack }: instructions of one, alone under way. */
export async function instructions(server, bench) {
  const counted = (clients, messages, leaves) =>
    count(server, bench, { clients, messages, leaves });
  const few = 4;
  const quietCrowd = await counted(crowd, 0, 0);
  const busyCrowd = await counted(crowd, sends, 0);
  const quietFew = await counted(few, 0, 0);
  const busyFew = await counted(few, sends, 0);
  const busyAcks = await counted(few, 0, acks);
  const ofCrowd = (busyCrowd - quietCrowd) / sends;
  const ofFew = (busyFew - quietFew) / sends;
  const delivery = (ofCrowd - ofFew) / (crowd - few);
  return { delivery, send: ofFew - few * delivery, ack: (busyAcks - quietFew) / acks };
}
