// The servers under test: how each is started on one core, found, and stopped.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { output } from "./processes.mjs";

export const secret = "a secret for measuring, 32 bytes or more";

const startMs = 30_000;
const stopMs = 30_000;
const arch = { x64: ["x64", "x64"], arm64: ["aarch64", "arm64"] }[process.arch] ?? [];

/** The words that put a program on one core; none on a machine that has but one. */
export function pinned(core) {
  return cpus().length > core ? ["taskset", "-c", String(core)] : [];
}

/** Servers by name: { command(world, folder, words), version() }. */
export function servers(root, binaries) {
  const peer = (name, ...path) => join(root, "bench/peers", name, ...path);
  const bun = peer("bun", "node_modules/@oven", `bun-linux-${arch[0]}`, "bin/bun");
  const node22 = peer("nest", "node_modules", `node-linux-${arch[1]}`, "bin/node");
  const version = (name, package_) =>
    JSON.parse(readFileSync(peer(name, "node_modules", package_, "package.json"))).version;
  const veche = (binary, ...words) => ({
    command: (world, folder, more = []) => [
      binary, "serve", "--data-dir", folder, "--host", "127.0.0.1", "--port", "0",
      "--loops", "1", "--jwt-secret", secret, "--import", world, ...words, ...more.map(String),
      ...(more.includes("--limits") ? [] : ["--limits", "off"]),
    ],
    version: () => output(binary, ["--version"]),
  });
  return {
    veche: veche(binaries.veche),
    "veche-memory": veche(binaries.veche, "--store", "memory"),
    ...(binaries.base ? { base: veche(binaries.base) } : {}),
    floor: { command: (world) => [binaries.floor, world], version: () => "bench/floor" },
    node: {
      peer: "node",
      command: (world) => [process.execPath, peer("node", "server.mjs"), world],
      version: () => `Node ${process.versions.node}, socket.io ${version("node", "socket.io")}`,
    },
    bun: {
      peer: "bun",
      command: (world) => [bun, peer("bun", "server.mjs"), world],
      version: () => {
        const engine = version("bun", "@socket.io/bun-engine");
        return `Bun ${output(bun, ["--version"])}, @socket.io/bun-engine ${engine}`;
      },
    },
    nest: {
      peer: "nest", stores: true,
      command: (world) => [node22, "--no-warnings", peer("nest", "server.mjs"), world],
      version: () =>
        `NestJS ${version("nest", "@nestjs/core")} on Node ${output(node22, ["--version"])}` +
        ` with its SQLite`,
    },
  };
}

/** Installs what a peer needs, when its lock file is not the one that was installed. */
export function installPeer(root, name) {
  const folder = join(root, "bench/peers", name);
  const installed = join(folder, "node_modules/.installed-lock");
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return;
  console.error(`bench: installing bench/peers/${name} from npm`);
  const flags = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
  output("npm", ["ci", ...flags], { cwd: folder });
  output("cp", ["package-lock.json", installed], { cwd: folder });
}

/**
 * Starts a server on data of its own, a copy of `filled` when there is one, with more words where
 * it takes any. { pid, url, stop() }; stop() leaves nothing behind.
 */
export async function start(server, world, scratch, { words, filled } = {}) {
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, "data-"));
  try {
    if (filled) copy(filled, folder);
    const [program, ...args] = [...pinned(0), ...server.command(world, folder, words)];
    const child = spawn(program, args, {
      env: { ...process.env, PORT: "0", JWT_SECRET: secret, DATA_DIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const stop = async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopMs);
      await ended;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      return { pid: child.pid, url: await listening(child), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Synced, so that no write of it falls into the measurement. */
function copy(from, to) {
  output("cp", ["-r", "--reflink=auto", `${from}/.`, to]);
  output("sync", ["--file-system", to]);
}

/** The address that the server prints when it is ready. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`no server in time: ${said}`)), startMs);
    const hear = (bytes) => {
      said = (said + bytes).slice(-4_000);
      const url = /listening on (http:\/\/[\d.]+:\d+)\s/.exec(said)?.[1];
      if (!url) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}: ${said.trim().split("\n").at(-1)}`));
    });
  });
}
