// The command line: what a new user types, and what a mistake is told.
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { client, freshFolder, importWorld, rest, secret, startVeche, veche } from "./support.mjs";

const data = (folder) => path.join(folder, "data");

describe("veche", () => {
  test("--version, also as JSON", () => {
    const plain = veche(["--version"]);
    assert.equal(plain.status, 0);
    assert.match(plain.stdout, /^veche \d+\.\d+\.\d+/);
    const json = JSON.parse(veche(["--version", "--json"]).stdout);
    assert.match(json.version, /^\d+\.\d+\.\d+/);
  });

  test("--help names every command and every setting with its variable", () => {
    const help = veche(["--help"]);
    assert.equal(help.status, 0);
    for (const word of ["serve", "check", "token", "user", "import"]) assert.match(help.stdout, new RegExp(`\\b${word}\\b`));
    const serve = veche(["serve", "--help"]);
    for (const word of ["--port", "PORT", "--origins", "FRONTEND_URL", "--jwt-secret", "JWT_SECRET", "--demo"]) {
      assert.ok(serve.stdout.includes(word), word);
    }
  });

  test("a mistake exits with a code and one line that helps", () => {
    for (const [args, env, words] of [
      [["sevre"], {}, ["sevre"]],
      [["serve", "--prot", "1"], {}, ["--prot", "port"]],
      [["serve", "--port", "70000"], {}, ["--port", "65535"]],
      [["serve"], { JWT_SECRET: "short" }, ["JWT_SECRET", "32", "--allow-weak-secret"]],
      [["serve"], { JWT_SECRET: "your-secret-key" }, ["--allow-weak-secret"]],
      [["serve"], { FRONTEND_URL: "localhost:3000" }, ["FRONTEND_URL"]],
    ]) {
      const run = veche(args, { env });
      assert.notEqual(run.status, 0, args.join(" "));
      for (const word of words) assert.ok(run.stderr.includes(word), `${args.join(" ")}: ${run.stderr}`);
      assert.ok(run.stderr.trim().split("\n").length <= 3, run.stderr);
    }
  });

  test("a file with an unknown setting is told with line and column", () => {
    const folder = freshFolder();
    writeFileSync(path.join(folder, "veche.toml"), "port = 3001\nprot = 1\n");
    const run = veche(["check"], { cwd: folder, env: { JWT_SECRET: secret } });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /veche\.toml:2:1: unknown setting 'prot'; did you mean 'port'\?/);
  });

  test("a port in use is one clear line", async () => {
    const server = await startVeche();
    const other = veche(["serve", "--host", "127.0.0.1", "--port", String(server.port)], { env: { JWT_SECRET: secret } });
    assert.equal(other.status, 1);
    assert.match(other.stderr, new RegExp(`${server.port}.*in use`));
    await server.stop();
  });

  test("two servers cannot share a data folder", async () => {
    const server = await startVeche();
    const other = veche(["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", data(server.folder)], { env: { JWT_SECRET: secret } });
    assert.equal(other.status, 1);
    assert.match(other.stderr, /in use|another/);
    await server.stop();
  });

  test("the data folder and the secret are for the owner alone", async () => {
    const server = await startVeche({ env: { JWT_SECRET: "" } });
    assert.equal(statSync(data(server.folder)).mode & 0o777, 0o700);
    const file = path.join(data(server.folder), "jwt-secret");
    assert.ok(existsSync(file));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(readFileSync(file, "utf8").trim().length >= 32);
    await server.stop();
  });
});

describe("veche check", () => {
  test("0 for a good folder, 2 for one that is damaged", () => {
    const folder = freshFolder();
    importWorld(folder);
    const good = veche(["check", "--data-dir", data(folder)], { env: { JWT_SECRET: secret } });
    assert.equal(good.status, 0, good.stderr);
    const bad = freshFolder();
    importWorld(bad);
    writeFileSync(path.join(data(bad), "veche.db"), "this is not a database, whatever its name says".repeat(100));
    const damaged = veche(["check", "--data-dir", data(bad)], { env: { JWT_SECRET: secret } });
    assert.equal(damaged.status, 2);
    assert.match(damaged.stderr, /veche\.db/);
  });
});

describe("veche user add, token, import", () => {
  test("a user added by hand logs in and a printed token connects", async () => {
    const folder = freshFolder();
    const env = { JWT_SECRET: secret };
    const added = veche(["user", "add", "--data-dir", data(folder), "--email", "kim@example.com", "--name", "Kim", "--password", "password123"], { env });
    assert.equal(added.status, 0, added.stderr);
    const id = /[0-9a-f]{24}/.exec(added.stdout)[0];
    const again = veche(["user", "add", "--data-dir", data(folder), "--email", "KIM@example.com", "--name", "Kim", "--password", "password123"], { env });
    assert.equal(again.status, 1);
    const minted = veche(["token", "--data-dir", data(folder), "--user", id, "--ttl", "1h"], { env });
    assert.equal(minted.status, 0, minted.stderr);

    const server = await startVeche({ folder });
    const login = await rest(server, "POST", "/auth/login", { body: { email: "kim@example.com", password: "password123" } });
    assert.equal(login.body.user._id, id);
    const socket = client(server, { token: minted.stdout.trim() });
    assert.equal((await socket.next("session:ready")).userId, id);
    socket.disconnect();
    await server.stop();
  });

  test("a password can come by standard input, so that it stands in no list of processes", () => {
    const folder = freshFolder();
    const added = veche(["user", "add", "--data-dir", data(folder), "--email", "lee@example.com", "--name", "Lee", "--password", "-"],
      { env: { JWT_SECRET: secret }, input: "password123\n" });
    assert.equal(added.status, 0, added.stderr);
  });

  test("import takes bcrypt hashes, is repeatable, and names the line of a mistake", async () => {
    const folder = freshFolder();
    const hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"; // "password" twice-published vector
    const lines = [
      { user: { _id: "old", email: "old@example.com", name: "Old", passwordHash: hash } },
      { user: { _id: "new", email: "new@example.com", name: "New", password: "password123" } },
      { chat: { _id: "c1", type: "group", name: "Both", participants: ["old", "new"] } },
    ];
    importWorld(folder, lines);
    const again = importWorld(folder, lines);
    assert.match(again.stdout, /3/);
    const bad = freshFolder();
    const file = path.join(bad, "bad.jsonl");
    writeFileSync(file, `${JSON.stringify(lines[0])}\n{"user":{"name":5}}\n`);
    const run = veche(["import", file, "--data-dir", data(bad)], { env: { JWT_SECRET: secret }, cwd: bad });
    assert.equal(run.status, 1);
    assert.match(run.stderr, /bad\.jsonl:2:/);

    const server = await startVeche({ folder });
    const login = await rest(server, "POST", "/auth/login", { body: { email: "new@example.com", password: "password123" } });
    assert.equal(login.status, 200);
    const chats = await rest(server, "GET", "/chats", { token: login.body.accessToken });
    assert.deepEqual(chats.body.map((chat) => chat._id), ["c1"]);
    await server.stop();
  });

  test("serve --import brings a world in, into a store in memory too", async () => {
    const folder = freshFolder();
    const file = path.join(folder, "world.jsonl");
    writeFileSync(file, `${JSON.stringify({ user: { _id: "u1", email: "mo@example.com", name: "Mo", password: "password123" } })}\n`);
    const server = await startVeche({ folder, args: ["--store", "memory", "--import", file] });
    const login = await rest(server, "POST", "/auth/login", { body: { email: "mo@example.com", password: "password123" } });
    assert.equal(login.status, 200);
    await server.stop();
    const none = veche(["serve", "--port", "0", "--store", "memory", "--import", `${file}x`], { env: { JWT_SECRET: secret } });
    assert.equal(none.status, 1);
    assert.match(none.stderr, /world\.jsonlx/);
  });

  test("a folder without rights is one clear line", { skip: process.getuid() === 0 ? "root may do anything" : false }, () => {
    const folder = freshFolder();
    chmodSync(folder, 0o500);
    const run = veche(["check", "--data-dir", data(folder)], { env: { JWT_SECRET: secret } });
    assert.notEqual(run.status, 0);
  });
});
