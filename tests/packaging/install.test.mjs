// Goal: a program outside of the tree can use an installed veche. Method: the build is installed
// into a fresh folder, examples/embed is built against it alone, run, and spoken to.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { io } from "socket.io-client";
import { within } from "../product/support.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const build = process.env.VECHE_BUILD ?? path.join(root, "build/dev");
const cmake = process.env.VECHE_CMAKE ?? "cmake";
const folder = path.join(build, "packaging");
const prefix = path.join(folder, "prefix");

/** The compiler and flags of the build that is tested: a sanitized library needs them too. */
const flags = ["GENERATOR", "CXX_COMPILER", "CXX_FLAGS", "BUILD_TYPE", "CXX_COMPILER_LAUNCHER"]
  .filter((name) => process.env[`VECHE_${name}`])
  .map((name) => (name === "GENERATOR"
    ? `-G${process.env.VECHE_GENERATOR}`
    : `-DCMAKE_${name}=${process.env[`VECHE_${name}`]}`));

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 240_000 });
  return { status, output: `${stdout}${stderr}` };
}

function succeed(command, args) {
  const { status, output } = run(command, args);
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${output}`);
  return output;
}

function configure(source, binary) {
  return ["-S", source, "-B", binary, `-DCMAKE_PREFIX_PATH=${prefix}`, ...flags];
}

/** A project that does nothing but look for veche. */
function looking(name, line) {
  const source = path.join(folder, name);
  mkdirSync(source, { recursive: true });
  writeFileSync(path.join(source, "CMakeLists.txt"),
    `cmake_minimum_required(VERSION 3.25)\nproject(${name} LANGUAGES CXX)\n${line}\n`);
  const { status, output } = run(cmake, configure(source, path.join(source, "build")));
  return { status, output: output.replace(/\s+/g, " ") };  // CMake wraps its lines
}

before(() => {
  rmSync(folder, { recursive: true, force: true });
  succeed(cmake, ["--install", build, "--prefix", prefix]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the installed program says its version", () => {
  assert.match(succeed(path.join(prefix, "bin/veche"), ["--version"]), /^veche \d+\.\d+\.\d+/);
});

test("every layer's headers are there, with all that they include, and no test's", () => {
  const include = path.join(prefix, "include");
  const layers = readdirSync(path.join(include, "veche")).sort();
  assert.deepEqual(layers,
    ["base", "crypto", "engineio", "http", "json", "loop", "server", "socketio", "websocket"]);
  for (const layer of layers) {
    for (const header of readdirSync(path.join(include, "veche", layer))) {
      assert.doesNotMatch(header, /_test/);
      const text = readFileSync(path.join(include, "veche", layer, header), "utf8");
      for (const [, name] of text.matchAll(/^#include "([^"]+)"/gm)) {
        assert.ok(existsSync(path.join(include, name)), `${layer}/${header} includes ${name}`);
      }
    }
  }
});

test("a component that there is none of is named, and those that there are", () => {
  const { status, output } = looking("wrong", "find_package(veche 0.1 REQUIRED COMPONENTS cluster)");
  assert.notEqual(status, 0);
  assert.match(output, /no component "cluster"; there are "protocol" and "socketio"/);
});

test("the protocol alone can be asked for, and another minor version cannot", () => {
  assert.equal(looking("protocol", "find_package(veche 0.1 REQUIRED COMPONENTS protocol)").status, 0);
  const { status, output } = looking("later", "find_package(veche 0.9 REQUIRED)");
  assert.notEqual(status, 0);
  assert.match(output, /compatible with requested version "0.9"/);
});

test("examples/embed is built against it, speaks, and ends when it is told to", async () => {
  const binary = path.join(folder, "embed");
  succeed(cmake, configure(path.join(root, "examples/embed"), binary));
  succeed(cmake, ["--build", binary]);
  assert.equal(succeed(path.join(binary, "packets"), []),
    '2/chat,7["hello","world",1]\nhello in /chat, with 2 arguments\n');

  const child = spawn(path.join(binary, "embed"), ["0"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const clients = [];
  try {
    let output = "";
    const url = await within(new Promise((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
        const found = /http:\/\/localhost:(\d+)/.exec(output);
        if (found) resolve(`http://127.0.0.1:${found[1]}`);
      });
      ended.then((code) => reject(new Error(`embed ended with ${code}`)));
    }), "embed to listen");

    assert.equal(await (await fetch(`${url}/health`)).text(), "well\n");
    assert.equal((await fetch(`${url}/elsewhere`)).status, 404);

    for (let i = 0; i < 2; ++i) clients.push(io(url, { reconnection: false, forceNew: true }));
    const [reader, writer] = clients;
    assert.equal(await within(reader.emitWithAck("join", "lobby"), "the join"), "joined");
    await within(new Promise((resolve) => { writer.on("connect", resolve); if (writer.connected) resolve(); }),
      "the second client");
    const said = new Promise((resolve) => reader.on("said", (...args) => resolve(args)));
    writer.emit("say", "lobby", "hello");
    assert.deepEqual(await within(said, "what was said"), [writer.id, "hello"]);

    child.kill("SIGTERM");
    assert.equal(await within(ended, "embed to end"), 0);
    assert.match(output, /embed: bye/);
  } finally {
    for (const client of clients) client.close();
    child.kill("SIGKILL");
  }
});
