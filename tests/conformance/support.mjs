// What the conformance tests share: the fixture on free ports, raw TCP, HTTP, both transports.
import { spawn } from "node:child_process";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { until, within } from "../product/support.mjs";

export { until, within };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const binary = process.env.VECHE_CONFORMANCE ?? path.join(root, "build/dev/conformance");

/** A busy machine or a sanitizer makes answers late; whoever never answers is found out all the same. */
export const promptly = process.env.VECHE_SANITIZED ? 5_000 : 2_000;

/** How long nothing must come for nothing to be coming. */
const quiet = process.env.VECHE_SANITIZED ? 250 : 60;

/** Starts the fixture; its ports are `protocol`, `client` and `echo`. */
export async function startConformance() {
  const child = spawn(binary, ["--protocol-port", "0", "--client-port", "0", "--echo-port", "0"],
    { stdio: ["ignore", "pipe", "pipe"] });
  const server = { child, output: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => { server.output += text; });
  }
  server.ended = new Promise((resolve) => { child.once("exit", (code, signal) => resolve({ code, signal })); });
  const port = (what) => Number(new RegExp(`${what}: http://localhost:(\\d+)`).exec(server.output)?.[1]);
  await until(() => {
    if (child.exitCode !== null) throw new Error(`conformance ended:\n${server.output}`);
    return port("WebSocket echo") > 0;
  }, "the fixture to listen");
  server.protocol = port("Engine.IO and Socket.IO");
  server.client = port("JavaScript client");
  server.echo = port("WebSocket echo");
  server.stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    const { code, signal } = await within(server.ended, "the fixture to end");
    if (code !== 0) throw new Error(`conformance ended with ${code ?? signal}:\n${server.output}`);
  };
  return server;
}

/** A TCP connection that keeps all that it has read. */
export class Tcp {
  constructor(port) {
    this.read = Buffer.alloc(0);
    this.isEnded = false;
    this.socket = net.connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("data", (data) => { this.read = Buffer.concat([this.read, data]); });
    this.socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.socket.on("close", () => { this.isEnded = true; resolve(this.read); });
    });
  }

  write(bytes) { this.socket.write(bytes); }

  destroy() { this.socket.destroy(); }
}

/** Writes bytes to a fresh connection and gives all that comes back until the server ends it. */
export async function exchange(port, bytes) {
  const tcp = new Tcp(port);
  tcp.write(bytes);
  return within(tcp.ended, `the end after ${JSON.stringify(bytes.toString().slice(0, 80))}`, 10_000)
    .finally(() => tcp.destroy());
}

/** One HTTP request, sent as it is. */
export function request(port, method, target, { headers = {}, body } = {}) {
  return within(new Promise((resolve, reject) => {
    const sent = http.request({ host: "127.0.0.1", port, method, path: target, headers, agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({
        status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString(),
      }));
    });
    sent.end(body);
  }), `${method} ${target}`);
}

/** An Engine.IO session over polling. */
export class Polling {
  static async open(port, folder = "/socket.io/", query = "") {
    const target = `${folder}?EIO=4&transport=polling${query}`;
    const { status, body } = await request(port, "GET", target);
    if (status !== 200) throw new Error(`handshake: ${status} ${body}`);
    return Object.assign(new Polling(), { port, folder, handshake: JSON.parse(body.slice(1)), waiting: [] })
      .named(target);
  }

  named(target) {
    this.sid = this.handshake.sid;
    this.target = `${target}&sid=${this.sid}`;
    return this;
  }

  get(options) { return request(this.port, "GET", this.target, options); }

  post(body, options = {}) { return request(this.port, "POST", this.target, { ...options, body }); }

  /** The next packet that is no ping; pings are answered. */
  async next() {
    while (this.waiting.length === 0) {
      const { status, body } = await this.get();
      if (status !== 200) return `${status} ${body}`;
      for (const packet of body.split("\x1e")) {
        if (packet === "2") await this.post("3");
        else this.waiting.push(packet);
      }
    }
    return this.waiting.shift();
  }

  /** Whether the server still knows it. */
  async isKnown() {
    const { status, body } = await request(this.port, "POST", this.target, { body: "4" });
    return !(status === 400 && JSON.parse(body).code === 1);
  }
}

/** An Engine.IO session over WebSocket, or a probe of one. */
export class Wire {
  constructor(port, { folder = "/socket.io/", query = "EIO=4&transport=websocket", pongs = true, headers } = {}) {
    this.frames = [];
    this.taken = 0;
    this.closed = undefined;
    this.refused = undefined;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${folder}?${query}`, { headers, perMessageDeflate: false });
    this.socket.on("message", (data, isBinary) => {
      const frame = isBinary ? data : data.toString();
      if (frame === "2" && pongs) this.socket.send("3");
      else this.frames.push(frame);
    });
    this.socket.on("error", () => {});
    this.over = new Promise((resolve) => {
      this.socket.on("unexpected-response", (sent, response) => {
        let body = "";
        response.on("data", (chunk) => { body += chunk; });
        response.on("end", () => {
          this.refused = { status: response.statusCode, headers: response.headers, body };
          this.closed = "refused";
          resolve();
        });
      });
      this.socket.on("close", (code) => { this.closed ??= code; resolve(); });
    });
    this.opened = new Promise((resolve) => { this.socket.once("open", resolve); });
  }

  /** A session of its own, its handshake taken. */
  static async open(port, options) {
    const wire = new Wire(port, options);
    wire.handshake = JSON.parse((await wire.next()).slice(1));
    return wire;
  }

  /** A session that has joined a namespace of the protocol fixture. */
  static async joined(port, namespace = "/") {
    const wire = await Wire.open(port);
    const prefix = namespace === "/" ? "" : `${namespace},`;
    wire.send(`40${prefix}`);
    wire.connect = await wire.next();
    wire.auth = await wire.next();
    return wire;
  }

  send(...frames) {
    for (const frame of frames) if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  /** The next frame that is no ping; "closed" and the code when there is none to come. */
  async next() {
    await until(() => this.taken < this.frames.length || this.closed !== undefined, "a frame");
    return this.taken < this.frames.length ? this.frames[this.taken++] : `closed ${this.closed}`;
  }

  /** The frames until the server closes, and the code it closes with. */
  async end(ms = 5_000) {
    await within(this.over, `the close; so far: ${JSON.stringify(this.frames.slice(this.taken))}`, ms)
      .finally(() => this.destroy());
    return { frames: this.frames.slice(this.taken), code: this.closed };
  }

  /** The frames that have come once none has come for a while. */
  async rest() {
    for (let before = -1; before !== this.frames.length;) {
      before = this.frames.length;
      await new Promise((resolve) => { setTimeout(resolve, quiet); });
    }
    return this.frames.slice(this.taken);
  }

  destroy() { this.socket.terminate(); }
}

/** Runs `hostile` while another connection is open, which must be served promptly afterwards. */
export async function withCanary(port, hostile, event = "message-with-ack") {
  const canary = await Wire.open(port);
  const said = (text) => until(() => canary.closed !== undefined || canary.frames.some((one) => one.startsWith?.(text)), text);
  try {
    canary.send("40");
    await said("40{");
    await hostile();
    const started = performance.now();
    canary.send(`421["${event}","canary"]`);
    await said('431["canary"]');
    if (canary.closed !== undefined) throw new Error(`the canary was closed with ${canary.closed}`);
    const took = performance.now() - started;
    if (took > promptly) throw new Error(`the canary waited ${took} ms`);
  } finally {
    canary.destroy();
  }
}
