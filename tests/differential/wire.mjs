// How the differential run talks to a server, and how it writes down what came back.
import http from "node:http";
import { io } from "socket.io-client";
import { WebSocket } from "ws";

/** A server that says nothing for so long is taken to have nothing to say. */
const quiet = Number(process.env.VECHE_SANITIZED ? 1_000 : 300);
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A packet with JSON in it as [prefix, data], so that data can be compared field by field. */
function parsed(text) {
  const [, prefix, json] = /^([0-9][0-9/a-z,-]*|)([[{].*)$/s.exec(text) ?? [];
  try {
    return json === undefined ? text : [prefix, JSON.parse(json)];
  } catch {
    return text;
  }
}

/** Replaces what differs from run to run: ids that servers make, dates, places in the log. */
export function normalized(value, key) {
  if (Array.isArray(value)) return value.map((item) => normalized(item));
  if (typeof value === "string") {
    if (["sid", "pid"].includes(key) || (key === "_id" && /^[0-9a-f]{24}$/.test(value))) return "*";
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return "*";
    if (/^[\w-]{16}\.\d+(\.\d)?$/.test(value)) return "<offset>";
    const packet = parsed(value);
    return packet === value ? value : normalized(packet);
  }
  if (value === null || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalized(item, name)]));
}

const headersOfInterest = [
  "content-type", "access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
  "access-control-allow-headers", "vary", "cache-control",
];

/** One HTTP request, sent as it is; the answer with the headers that the protocol speaks of. */
function request(server, method, target, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: "127.0.0.1", port: server.port, method, path: target, headers, agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({
        status: response.statusCode, body: Buffer.concat(chunks).toString(), headers: response.headers,
      }));
      response.on("error", reject);
    });
    sent.end(body);
  });
}

const polling = "/socket.io/?EIO=4&transport=polling";

/** One server, as an exchange sees it. */
export class Side {
  constructor(server, token) {
    this.server = server;
    this.token = token;
    this.open = [];
  }

  /** Status and body; with `headers` also the headers that the protocol speaks of. */
  async http(method, target, options = {}) {
    const { status, body, headers } = await request(this.server, method, target, options);
    const shown = { status, body };
    if (options.show) shown.headers = Object.fromEntries(headersOfInterest.map((name) => [name, headers[name]]));
    return shown;
  }

  /** A session over polling. */
  async session() {
    const { body } = await request(this.server, "GET", polling);
    const { sid } = JSON.parse(body.slice(1));
    const target = `${polling}&sid=${sid}`;
    return {
      sid,
      get: async () => {
        const { status, body: payload } = await request(this.server, "GET", target);
        return { status, packets: payload.split("\x1e").filter((packet) => !isExtra(packet)) };
      },
      post: (packets, options = {}) => this.http("POST", target, { body: packets, ...options }),
      put: () => this.http("PUT", target),
    };
  }

  /** A WebSocket whose frames are written down. */
  async websocket({ query = "EIO=4&transport=websocket", headers = {}, skipOpen = true } = {}) {
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}/socket.io/?${query}`, { headers });
    this.open.push(() => socket.terminate());
    const frames = [];
    let seen = 0;
    let fences = 0;
    const wire = { frames, closed: undefined };
    socket.on("message", (data, isBinary) => {
      const frame = isBinary ? `<${data.toString("hex")}>` : data.toString();
      if (skipOpen && seen++ === 0) return;
      if (!isExtra(frame)) frames.push(frame);
    });
    const over = new Promise((resolve) => {
      socket.on("unexpected-response", (sent, response) => {
        wire.closed = `refused ${response.statusCode}`;
        sent.destroy();
        resolve();
      });
      socket.on("error", () => {});
      socket.on("close", (code) => { wire.closed ??= `closed ${code}`; resolve(); });
    });
    await Promise.race([over, new Promise((resolve) => { socket.once("open", resolve); })]);
    wire.send = (...all) => { for (const frame of all) if (socket.readyState === WebSocket.OPEN) socket.send(frame); };
    /** Everything up to now, once the server has been quiet for a while or has closed. */
    wire.rest = async () => {
      for (let before = -1; before !== frames.length && wire.closed === undefined;) {
        before = frames.length;
        await Promise.race([over, pause(quiet)]);
      }
      return { frames: [...frames], end: wire.closed ?? "open" };
    };
    /** The same, once the server has answered an event sent after all others. */
    wire.settled = async () => {
      const id = 900 + fences++;
      wire.send(`42${id}["ping",{}]`);
      const answer = `43${id}[{"success":true}]`;
      while (!frames.includes(answer) && wire.closed === undefined) await Promise.race([over, pause(5)]);
      return { frames: frames.filter((frame) => frame !== answer), end: wire.closed ?? "open" };
    };
    return wire;
  }

  /** A WebSocket that has joined the main namespace as `user`, its CONNECT answer not shown. */
  async joined(user = "ann") {
    const wire = await this.websocket();
    wire.send(`40${JSON.stringify({ token: this.token(user) })}`);
    // The stock client sends nothing before this answer.
    while (wire.frames.length === 0 && wire.closed === undefined) await pause(5);
    wire.frames.splice(0, wire.frames.length);
    return wire;
  }

  /** A stock client whose events are written down. */
  client(auth, options = {}) {
    const socket = io(this.server.url, { transports: ["websocket"], reconnection: false, forceNew: true, auth, ...options });
    this.open.push(() => socket.disconnect());
    socket.seen = [];
    socket.onAny((event, ...args) => { if (!extraEvents.has(event)) socket.seen.push([event, ...args]); });
    socket.on("connect", () => socket.seen.push(["connect"]));
    socket.on("connect_error", (error) => socket.seen.push(["connect_error", error.message]));
    socket.over = new Promise((resolve) => {
      socket.on("disconnect", (reason) => { socket.seen.push(["disconnect", reason]); resolve(); });
    });
    return socket;
  }

  user(name, options) { return this.client({ token: this.token(name) }, options); }

  finish() { for (const close of this.open.splice(0)) close(); }
}

/** Events that veche adds to the seed's; a client without a handler does not notice them. */
const extraEvents = new Set(["session:ready"]);
const isExtra = (packet) => packet.startsWith('42["session:ready"');
