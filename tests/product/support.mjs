// What every product test needs: the built binary in a folder of its own, tokens, clients.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.VECHE_BINARY ?? path.join(root, "build/dev/veche");
export const secret = "a secret of the tests, 32 bytes or more";

/** What the clients speak, unless a test says otherwise. */
export const transport = process.env.VECHE_TRANSPORT ?? "websocket";

/** Sanitized builds are slower: every wait in these tests is bounded by this. */
export const patience = 20_000;

export function freshFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), "veche-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Only what the test sets reaches the binary, and what any process needs. */
function cleanEnvironment(extra) {
  const kept = {};
  for (const name of ["PATH", "HOME", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"]) {
    if (process.env[name]) kept[name] = process.env[name];
  }
  return { ...kept, ...extra };
}

/** Runs the binary to its end. */
export function veche(args, { env = {}, input, cwd } = {}) {
  return spawnSync(binary, args, {
    env: cleanEnvironment(env), input, cwd: cwd ?? freshFolder(), encoding: "utf8", timeout: 60_000,
  });
}

/** Starts a server on a free port, without rates, and waits until it says that it listens. */
export async function startVeche({ args = [], env = {}, folder = freshFolder() } = {}) {
  const child = spawn(binary, ["serve", "--port", "0", "--host", "127.0.0.1", ...args], {
    cwd: folder,
    env: cleanEnvironment({ VECHE_DATA_DIR: path.join(folder, "data"), JWT_SECRET: secret, VECHE_LIMITS: "off", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const server = { child, folder, output: "", url: undefined, port: undefined };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => { server.output += text; });
  }
  server.ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  server.stop = async (signal = "SIGTERM") => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return within(server.ended, "the server to end");
  };
  await until(() => {
    const found = /listening on (https?:\/\/[^\s]+:(\d+))/.exec(server.output);
    if (found) [, server.url, server.port] = [found[0], found[1], Number(found[2])];
    if (child.exitCode !== null) throw new Error(`veche ended:\n${server.output}`);
    return found !== null;
  }, "the server to listen");
  return server;
}

/** Waits for a promise, at most `patience`. */
export function within(promise, what, ms = patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Waits until a condition holds, looking every few milliseconds. */
export async function until(condition, what, ms = patience) {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const base64url = (value) => Buffer.from(value).toString("base64url");

/** A JWT as another service would sign it. */
export function token(claims, { key = secret, alg = "HS256", header = {} } = {}) {
  const head = base64url(JSON.stringify({ alg, typ: "JWT", ...header }));
  const body = base64url(typeof claims === "string" ? claims : JSON.stringify(claims));
  const hash = { HS256: "sha256", HS384: "sha384", HS512: "sha512" }[alg] ?? "sha256";
  const signature = alg.toLowerCase() === "none"
    ? "" : createHmac(hash, key).update(`${head}.${body}`).digest("base64url");
  return `${head}.${body}.${signature}`;
}

export const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

/** A user that is in the store by import, with no password: it comes in by this token. */
export const tokenOf = (id) => token({ sub: id, exp: inAnHour() });

/** Three users, a chat of two (ann, bob), and a group of all three. */
export const world = [
  { user: { _id: "ann", email: "ann@example.com", name: "Ann" } },
  { user: { _id: "bob", email: "bob@example.com", name: "Bob" } },
  { user: { _id: "eve", email: "eve@example.com", name: "Eve" } },
  { chat: { _id: "pair", type: "personal", participants: ["ann", "bob"] } },
  { chat: { _id: "group", type: "group", name: "All", participants: ["ann", "bob", "eve"] } },
];

export function importWorld(folder, lines = world) {
  const file = path.join(folder, "world.jsonl");
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join("\n") + "\n");
  const done = veche(["import", file, "--data-dir", path.join(folder, "data")],
    { env: { JWT_SECRET: secret }, cwd: folder });
  if (done.status !== 0) throw new Error(`import failed: ${done.error ?? ""}${done.stdout}${done.stderr}`);
  return done;
}

/** A server over the world above. */
export async function startWorld(options = {}) {
  const folder = options.folder ?? freshFolder();
  importWorld(folder, options.lines);
  return startVeche({ ...options, folder });
}

/** Events that are in the log. */
const durable = new Set(["message:new", "message:edited", "message:deleted", "messages:read",
  "chat:created", "chat:updated", "chat:deleted", "chat:unread", "group:created", "group:joined",
  "group:member-added", "group:member-removed", "group:removed", "group:role-changed"]);

/**
 * The arguments of an event without its place in the log, which every durable one carries last. No
 * other may end in a text, or clients would take that for an offset.
 */
export function withoutOffset(event, args) {
  const last = args.at(-1);
  if (!durable.has(event)) {
    assert.notEqual(typeof last, "string", `${event} ends in a text of its own`);
    return args;
  }
  assert.match(String(last), /^[\w-]+\.\d+(\.\d)?$/, `${event} has no offset`);
  return args.slice(0, -1);
}

/** A stock client whose every event is kept in `seen`, in order. */
export function client(server, auth, options = {}) {
  const socket = io(server.url, {
    transports: [transport], reconnection: false, forceNew: true, auth, ...options,
  });
  socket.seen = [];
  socket.onAny((event, ...args) => socket.seen.push({ event, args: withoutOffset(event, args) }));
  socket.on("connect", () => socket.seen.push({ event: "connect", args: [] }));
  socket.on("disconnect", (reason) => socket.seen.push({ event: "disconnect", args: [reason] }));
  socket.on("connect_error", (error) => socket.seen.push({ event: "connect_error", args: [error] }));
  socket.of = (event) => socket.seen.filter((one) => one.event === event).map((one) => one.args);
  socket.next = (event, count = 1) =>
    until(() => socket.of(event).length >= count, `${count} × ${event}`).then(() => socket.of(event)[count - 1][0]);
  socket.ask = (event, ...args) => within(socket.emitWithAck(event, ...args), `the ack of ${event}`);
  return socket;
}

/** A connected client of one of the world's users. */
export async function connected(server, id, options) {
  const socket = client(server, { token: tokenOf(id) }, options);
  await socket.next("session:ready");
  return socket;
}

/**
 * Everything that was told to these sockets before this call has reached them after it. Each asks
 * for a write, which is refused: its answer comes from the writer, as all news do, and in order. An
 * answer of the loop itself could overtake news that the writer is still handing from loop to loop.
 */
export async function settled(...sockets) {
  await Promise.all(sockets.map(async (socket) => {
    const answer = await socket.ask("messages:read", { chatId: "nobody-knows-it", seq: 0 });
    if (answer.code !== "forbidden") throw new Error(`not from the writer: ${JSON.stringify(answer)}`);
  }));
}

/** A REST call; the body is JSON when there is one. */
export async function rest(server, method, target, { token: bearer, body, headers = {}, raw } = {}) {
  const response = await within(fetch(server.url + target, {
    method,
    headers: {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(body !== undefined ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    body: raw ?? (body !== undefined ? JSON.stringify(body) : undefined),
  }), `${method} ${target}`);
  const text = await response.text();
  let json;
  try { json = JSON.parse(text); } catch { json = undefined; }
  return { status: response.status, headers: response.headers, text, body: json };
}
