// What can be switched on for the transports, on the built binary through stock clients: it works
// for whoever takes part, changes nothing for whoever does not, and is off unless it is asked for.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import zlib from "node:zlib";
import { connected, freshFolder, rest, settled, startWorld, tokenOf, veche, within } from "./support.mjs";

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), "../node_modules/socket.io-client/dist");

const websocket = { transports: ["websocket"] };
const deflating = { ...websocket, perMessageDeflate: { threshold: 100 } };
const plain = { ...websocket, perMessageDeflate: false };

/** The client's own end of the wire. */
const wire = (socket) => socket.io.engine.transport.ws;
const read = (socket) => wire(socket)._socket.bytesRead;

/** A request as it stands, and the answer's bytes as they came. */
function raw(server, method, target, headers = {}) {
  return within(new Promise((resolve, reject) => {
    const request = http.request(server.url + target, { method, headers, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on("error", reject);
    request.end();
  }), `${method} ${target}`);
}
const bearer = (id) => ({ authorization: `Bearer ${tokenOf(id)}` });

describe("switched on", () => {
  let server;
  before(async () => {
    server = await startWorld({ args: ["--per-message-deflate", "on", "--client-dir", dist] });
  });
  after(() => server.stop());

  test("texts of any size and binary go both ways, beside a client that does not compress", async () => {
    const ann = await connected(server, "ann", deflating);
    const bob = await connected(server, "bob", plain);
    assert.match(wire(ann).extensions, /^permessage-deflate/);
    assert.equal(wire(bob).extensions, "");
    for (const text of ["short", "я".repeat(900), "long ".repeat(600), JSON.stringify([..."abcdefgh"].map((c) => c.repeat(300)))]) {
      for (const [from, to] of [[ann, bob], [bob, ann]]) {
        const count = to.of("message:new").length;
        const sent = await from.ask("message:send", { chatId: "pair", text });
        assert.equal(sent.success, true, JSON.stringify(sent));
        const heard = await to.next("message:new", count + 1);
        assert.equal(heard.text, text);
        assert.deepEqual(heard, sent.message);
      }
    }
    const refused = await ann.ask("message:send", { chatId: "pair", text: Buffer.alloc(50_000) });
    assert.equal(refused.success, false);
    ann.disconnect();
    bob.disconnect();
  });

  test("a long broadcast is fewer bytes for whoever compresses", async () => {
    const [ann, bob, eve] = [await connected(server, "ann", deflating), await connected(server, "bob", plain), await connected(server, "eve", deflating)];
    await settled(ann, bob, eve);
    const before = [read(bob), read(eve)];
    await ann.ask("message:send", { chatId: "group", text: "all the same ".repeat(200) });
    await Promise.all([bob.next("message:new"), eve.next("message:new")]);
    const [uncompressed, compressed] = [read(bob) - before[0], read(eve) - before[1]];
    assert.ok(uncompressed > 2_600, `${uncompressed}`);
    assert.ok(compressed < 1_000, `${compressed}`);
    for (const socket of [ann, bob, eve]) socket.disconnect();
  });

  test("a client that came by polling and upgraded compresses too", async () => {
    const ann = await connected(server, "ann", { transports: ["polling", "websocket"], perMessageDeflate: { threshold: 0 } });
    if (ann.io.engine.transport.name !== "websocket") await within(new Promise((resolve) => ann.io.engine.once("upgrade", resolve)), "the upgrade");
    assert.match(wire(ann).extensions, /^permessage-deflate/);
    const sent = await ann.ask("message:send", { chatId: "pair", text: "up ".repeat(900) });
    assert.equal(sent.success, true);
    ann.disconnect();
  });

  test("the JavaScript client is served, compressed when that is accepted, once", async () => {
    for (const [name, type] of [["socket.io.js", "application/javascript"], ["socket.io.min.js", "application/javascript"],
      ["socket.io.esm.min.js", "application/javascript"], ["socket.io.msgpack.min.js", "application/javascript"],
      ["socket.io.js.map", "application/json"]]) {
      const file = await raw(server, "GET", `/socket.io/${name}`);
      assert.equal(file.status, 200, name);
      assert.equal(file.headers["content-type"], `${type}; charset=utf-8`);
      assert.equal(file.headers["cache-control"], "public, max-age=0");
      assert.match(file.headers.etag, /^"\d+\.\d+\.\d+"$/);
      const packed = await raw(server, "GET", `/socket.io/${name}?v=1`, { "accept-encoding": "gzip" });
      assert.equal(packed.headers["content-encoding"], "gzip");
      assert.deepEqual(zlib.gunzipSync(packed.body), file.body);
      const known = await raw(server, "GET", `/socket.io/${name}`, { "if-none-match": file.headers.etag, "accept-encoding": "gzip" });
      assert.deepEqual([known.status, known.body.length], [304, 0]);
      const head = await raw(server, "HEAD", `/socket.io/${name}`);
      assert.deepEqual([head.status, Number(head.headers["content-length"]), head.body.length], [200, file.body.length, 0]);
    }
    assert.equal((await raw(server, "GET", "/socket.io/package.json")).status, 400);
  });
});

describe("as it is", () => {
  let server;
  before(async () => { server = await startWorld(); });
  after(() => server.stop());

  test("no extension is agreed on, and no client served", async () => {
    const ann = await connected(server, "ann", deflating);
    assert.equal(wire(ann).extensions, "");
    ann.disconnect();
    assert.equal((await raw(server, "GET", "/socket.io/socket.io.js")).status, 400);
    const handshake = await raw(server, "GET", "/socket.io/?EIO=4&transport=polling");
    assert.equal(handshake.headers["set-cookie"], undefined);
  });

  test("long answers of REST and of polls are compressed for whoever accepts it", async () => {
    const ann = await connected(server, "ann", plain);
    for (let i = 0; i < 5; ++i) await ann.ask("message:send", { chatId: "pair", text: "to be listed ".repeat(60) });
    ann.disconnect();
    const target = "/chats/pair/messages";
    const listed = await raw(server, "GET", target, bearer("ann"));
    assert.equal(listed.status, 200);
    assert.ok(listed.body.length > 3_000);
    assert.equal(listed.headers["content-encoding"], undefined);
    assert.match(listed.headers.vary, /Accept-Encoding/);
    for (const [accepted, coding, unpack] of [["gzip, deflate, br", "gzip", zlib.gunzipSync], ["deflate", "deflate", zlib.inflateSync]]) {
      const packed = await raw(server, "GET", target, { ...bearer("ann"), "accept-encoding": accepted });
      assert.equal(packed.headers["content-encoding"], coding);
      assert.equal(Number(packed.headers["content-length"]), packed.body.length);
      assert.ok(packed.body.length < listed.body.length / 4);
      assert.deepEqual(unpack(packed.body), listed.body);
    }
    const brief = await raw(server, "GET", "/auth/me", { ...bearer("ann"), "accept-encoding": "gzip" });
    assert.equal(brief.headers["content-encoding"], undefined);
  });

  test("a long poll is compressed for whoever accepts it", async () => {
    const query = "/socket.io/?EIO=4&transport=polling";
    const opened = await raw(server, "GET", query);
    const target = `${query}&sid=${JSON.parse(opened.body.toString().slice(1)).sid}`;
    assert.equal((await rest(server, "POST", target, { raw: `40${JSON.stringify({ token: tokenOf("eve") })}` })).status, 200);
    /** What polls bring until one of them says `word`, and how that one was coded. */
    const pollUntil = async (word) => {
      while (true) {
        const { headers, body } = await raw(server, "GET", target, { "accept-encoding": "gzip" });
        const coding = headers["content-encoding"];
        if ((coding ? zlib.gunzipSync(body) : body).toString().includes(word)) return coding;
      }
    };
    await pollUntil("session:ready");
    const ann = await connected(server, "ann", plain);
    const text = "over polling ".repeat(200);
    await ann.ask("message:send", { chatId: "group", text });
    assert.equal(await pollUntil(text), "gzip");
    ann.disconnect();
  });
});

describe("set wrongly", () => {
  test("a folder without the client, and a star in the wrong place, end the start with a reason", () => {
    const folder = freshFolder();
    const nothing = veche(["serve", "--port", "0", "--client-dir", folder]);
    assert.equal(nothing.status, 1);
    assert.match(nothing.stderr, /--client-dir: there is no socket\.io\.js in /);
    writeFileSync(path.join(folder, "socket.io.js"), "no version");
    assert.match(veche(["serve", "--port", "0", "--client-dir", folder]).stderr, /says its version/);
    const star = veche(["serve", "--port", "0", "--origins", "https://a.*.com"]);
    assert.notEqual(star.status, 0);
    assert.match(star.stderr, /wants origins/);
  });
});

describe("origins by pattern", () => {
  test("subdomains are served and named, others refused", async () => {
    const server = await startWorld({ args: ["--origins", "https://*.example.com"] });
    for (const [origin, status] of [["https://a.example.com", 200], ["https://a.b.example.com", 200],
      ["https://example.com", 403], ["https://a.example.com.evil", 403]]) {
      const answer = await raw(server, "GET", "/socket.io/?EIO=4&transport=polling", { origin });
      assert.equal(answer.status, status, origin);
      assert.equal(answer.headers["access-control-allow-origin"], status === 200 ? origin : undefined);
    }
    await server.stop();
  });
});
