// TLS on the built binary: REST and stock clients over https and wss, a certificate that is renewed,
// and files that are wrong. Certificates are made by openssl in the test's own folder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import tls from "node:tls";
import { client, freshFolder, importWorld, secret, startVeche, startWorld, tokenOf, until, veche, within } from "./support.mjs";

/** A self-signed certificate for 127.0.0.1 whose subject is `name`. */
function makeCertificate(folder, name) {
  const cert = path.join(folder, `${name}.pem`);
  const key = path.join(folder, `${name}.key`);
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`,
    "-addext", "subjectAltName=IP:127.0.0.1"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  return { cert, key, ca: readFileSync(cert) };
}

function ask(server, target, { ca, token, method = "GET", body, agent } = {}) {
  return within(new Promise((resolve, reject) => {
    const request = https.request(server.url + target, {
      ca, method, agent,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { "content-type": "application/json" } : {}) },
    }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => { text += part; });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  }), `${method} ${target}`);
}

/** The subject of the certificate that a new connection sees, and how it was made. */
function shake(server, options = {}) {
  return within(new Promise((resolve, reject) => {
    const socket = tls.connect({ port: server.port, host: "127.0.0.1", rejectUnauthorized: false, ...options }, () => {
      resolve({ name: socket.getPeerCertificate().subject?.CN, version: socket.getProtocol(), protocol: socket.alpnProtocol, socket });
    });
    socket.on("error", reject);
  }), "a handshake");
}

describe("https and wss", () => {
  const folder = freshFolder();
  const certificate = makeCertificate(folder, "first");
  let server;
  before(async () => {
    importWorld(folder);
    server = await startVeche({ folder, args: ["--loops", "3", "--tls-cert", certificate.cert, "--tls-key", certificate.key] });
  });
  after(async () => { await server.stop(); });

  test("the start line says https", () => {
    assert.match(server.url, /^https:\/\//);
  });

  test("REST", async () => {
    assert.equal((await ask(server, "/healthz", { ca: certificate.ca })).status, 200);
    const sent = await ask(server, "/messages", {
      ca: certificate.ca, method: "POST", token: tokenOf("ann"), body: { chat: "pair", text: "over https" },
    });
    assert.equal(sent.status, 201, sent.text);
  });

  test("many requests on one connection", async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 20; i += 1) {
      assert.equal((await ask(server, "/healthz", { ca: certificate.ca, agent })).status, 200);
    }
    agent.destroy();
  });

  test("versions 1.2 and 1.3, ALPN http/1.1", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"]) {
      const shaken = await shake(server, { minVersion: version, maxVersion: version, ALPNProtocols: ["h2", "http/1.1"] });
      assert.equal(shaken.version, version);
      assert.equal(shaken.protocol, "http/1.1");
      shaken.socket.destroy();
    }
    await assert.rejects(shake(server, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }));
    await assert.rejects(shake(server, { ALPNProtocols: ["h2"] }));
  });

  test("a session is resumed by its ticket", async () => {
    const first = tls.connect({ port: server.port, host: "127.0.0.1", ca: certificate.ca });
    const session = await within(new Promise((resolve) => { first.once("session", resolve); }), "a ticket");
    first.destroy();
    const second = await shake(server, { ca: certificate.ca, session });
    assert.equal(second.socket.isSessionReused(), true);
    second.socket.destroy();
  });

  for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
    test(`stock clients talk over ${transports.join(" and then ")}`, async () => {
      const options = { transports, ca: certificate.ca };
      const [ann, bob] = ["ann", "bob"].map((id) => client(server, { token: tokenOf(id) }, options));
      await Promise.all([ann, bob].map((socket) => socket.next("session:ready")));
      const text = "тест".repeat(500);
      assert.equal((await ann.ask("message:send", { chatId: "pair", text })).success, true);
      assert.equal((await bob.next("message:new")).text, text);
      if (transports.length === 2) {
        await until(() => ann.io.engine.transport.name === "websocket", "the upgrade");
        assert.equal((await ann.ask("message:send", { chatId: "pair", text: "upgraded" })).success, true);
      }
      for (const socket of [ann, bob]) socket.disconnect();
    });
  }

  test("plain HTTP and noise on the port are closed, and told to the log", async () => {
    await assert.rejects(within(new Promise((resolve, reject) => {
      http.get(`http://127.0.0.1:${server.port}/`, resolve).on("error", reject);
    }), "an end"));
    const noise = net.connect(server.port, "127.0.0.1");
    noise.on("error", () => {});
    noise.write(Buffer.alloc(10_000, 0x80));
    await within(new Promise((resolve) => { noise.once("close", resolve); }), "an end");
    assert.match(server.output, /no handshake with 127\.0\.0\.1: http request/);
    assert.equal((await ask(server, "/healthz", { ca: certificate.ca })).status, 200);
  });

  test("SIGHUP: new connections see the new certificate, old ones live on", async () => {
    const old = client(server, { token: tokenOf("ann") }, { transports: ["websocket"], ca: certificate.ca });
    await old.next("session:ready");
    assert.equal((await shake(server)).name, "first");

    writeFileSync(certificate.cert, "half a file");
    server.child.kill("SIGHUP");
    await until(() => server.output.includes("the certificate stays as it was"), "the refusal");
    assert.equal((await shake(server)).name, "first");

    const next = makeCertificate(folder, "second");
    copyFileSync(next.cert, certificate.cert);
    copyFileSync(next.key, certificate.key);
    server.child.kill("SIGHUP");
    await until(() => server.output.includes("reloaded the certificate"), "the reload");
    assert.equal((await shake(server)).name, "second");
    assert.equal((await ask(server, "/healthz", { ca: next.ca })).status, 200);
    assert.equal((await old.ask("message:send", { chatId: "pair", text: "still here" })).success, true);
    old.disconnect();
  });
});

describe("files that are wrong", () => {
  const folder = freshFolder();
  const [one, two] = ["one", "two"].map((name) => makeCertificate(folder, name));
  const cases = [
    ["a missing file", ["--tls-cert", path.join(folder, "none.pem"), "--tls-key", one.key], /cannot read the certificate .*none\.pem/],
    ["a key of another certificate", ["--tls-cert", one.cert, "--tls-key", two.key], /the key .*two\.key does not belong to .*one\.pem/],
    ["a certificate alone", ["--tls-cert", one.cert], /tls-cert and tls-key belong together: tls-key is missing/],
  ];
  for (const [name, args, expected] of cases) {
    test(`${name} ends the start with one line, and veche check says the same`, () => {
      const env = { JWT_SECRET: secret, VECHE_DATA_DIR: path.join(folder, "data") };
      const run = veche(["serve", "--port", "0", ...args], { env });
      assert.equal(run.status, 1);
      assert.match(run.stderr, expected);
      assert.equal(run.stderr.trim().split("\n").length, 1);
      const check = veche(["check", ...args], { env });
      assert.equal(check.status, 2);
      assert.match(check.stderr, expected);
    });
  }
});

test("without a certificate SIGHUP drains", async () => {
  const server = await startWorld();
  assert.deepEqual(await server.stop("SIGHUP"), { code: 0, signal: null });
});
