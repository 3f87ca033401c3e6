// Many who want to log in at once, each on a connection of its own: logins.mjs URL. Who is refused,
// since all hashing threads have enough to do, tries again after a pause, and so does who has come
// in: the queue of the server stays full.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { underLoad } from "./beside.mjs";

const [url] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const people = Math.min(10_000, descriptors() - 1_000);  // the server needs some for itself
const pauseMs = 5_000;
const accounts = 20;
const password = "password123";
const done = { people, in: 0, refused: 0 };

function descriptors() {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/Max open files +\d+ +(\d+)/.exec(limits)?.[1] ?? Infinity);
}

function post(path, body) {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}

const email = (account) => `waiting${account}@bench.invalid`;

async function register(account) {
  const { status } = await fetch(`${url}/auth/register`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Waiting", email: email(account), password }),
  });
  if (status !== 201) throw new Error(`a registration was answered ${status}`);
}

/** Logs in again and again. An answer is short: it comes in one piece. */
function wait(person) {
  const login = post("/auth/login", { email: email(person % accounts), password });
  let socket;
  let isAsking = false;
  const again = () => {
    if (isAsking) setTimeout(ask, pauseMs);
    isAsking = false;
  };
  const ask = () => {
    isAsking = true;
    if (socket && !socket.destroyed) return socket.write(login);
    socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.on("connect", () => socket.write(login));
    socket.on("data", (bytes) => {
      done[bytes.includes(" 200 OK") ? "in" : "refused"] += 1;
      again();
    });
    socket.on("error", () => {});
    socket.on("close", again);
  };
  ask();
}

for (let account = 0; account < accounts; ++account) await register(account);
for (let person = 0; person < people; ++person) {
  wait(person);
  // Spread over the pause, as they will be from then on.
  if (person % 10 === 9) await sleep((pauseMs * 10) / people);
}
underLoad(done);
