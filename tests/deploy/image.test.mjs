// The files that make an image, as far as they can be checked where no engine runs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const binary = process.env.VECHE_BINARY ?? path.join(root, "build/dev/veche");

function run(command, args, env = {}) {
  const done = spawnSync(command, args, {
    cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }, encoding: "utf8", timeout: 60_000,
  });
  assert.equal(done.status, 0, `${command} ${args.join(" ")}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

/** What stands under `services:` `backend:` of the file as docker-compose reads it. */
function backend(env) {
  const lines = run("docker-compose", ["config"], env).split("\n");
  const from = lines.indexOf("  backend:");
  assert.notEqual(from, -1, "no service named backend");
  const length = lines.slice(from + 1).findIndex((line) => !line.startsWith("    "));
  return lines.slice(from + 1, from + 1 + length).join("\n");
}

test("docker-compose names the service backend, on port 3001, with its data in a volume", () => {
  const service = backend();
  assert.match(service, /published: 3001\s+target: 3001/);
  assert.match(service, /- data:\/data/);
  assert.match(service, /FRONTEND_URL: http:\/\/localhost:3000/);
});

test("what the seed sets reaches the service", () => {
  const service = backend({ FRONTEND_URL: "https://a.example", JWT_SECRET: "s".repeat(40), JWT_EXPIRES_IN: "15m", PORT: "4001" });
  assert.match(service, /published: 4001\s+target: 3001/);
  assert.match(service, /FRONTEND_URL: https:\/\/a.example/);
  assert.match(service, /JWT_SECRET: s{40}/);
  assert.match(service, /JWT_EXPIRES_IN: 15m/);
});

test("the image installs every package whose library the binary loads", () => {
  const dockerfile = readFileSync(path.join(root, "Dockerfile"), "utf8");
  const final = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  const libraries = [...run("ldd", [binary]).matchAll(/=> (\S+)/g)].map((found) => path.basename(found[1]));
  assert.ok(libraries.length > 5);
  // By name, as dpkg may know a library by the path before /lib became a link to /usr/lib.
  const owners = run("dpkg", ["-S", ...libraries.map((name) => `*/${name}`)]).split("\n");
  const words = new Set(final.split(/\s+/));
  const isThere = (owner) => ["libc6", "libgcc-s1"].includes(owner) || /^lib(asan|tsan|ubsan)/.test(owner) || words.has(owner);
  for (const name of libraries) {
    const of = owners.filter((line) => line.endsWith(`/${name}`)).map((line) => line.split(":")[0]);
    assert.ok(of.some(isThere), `${of}, for ${name}, is not installed`);
  }
});
