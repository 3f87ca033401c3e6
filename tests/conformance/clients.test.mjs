// Stock JavaScript clients of every age that speaks revision 4 of Engine.IO, over both transports
// and through the upgrade, and one of revision 3, which is refused.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { startConformance, until, within } from "./support.mjs";

let server;
const open = new Set();
const patience = process.env.VECHE_SANITIZED ? 20_000 : 5_000;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const require = createRequire(import.meta.url);
const transports = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

/** Where a client of `version` connects; `port` is "protocol" or "client". */
function connector(version, transport) {
  const library = require(`client-${version}`);
  const io = library.io ?? library;
  return (port, namespace = "/", options = {}) => {
    const socket = io(`http://127.0.0.1:${server[port]}${namespace}`, {
      transports: transports[transport], reconnection: false, forceNew: true, reconnectionDelay: 20,
      reconnectionDelayMax: 20, timeout: 5_000, ...options,
    });
    open.add(socket);
    socket.seen = [];
    for (const event of ["connect", "connect_error", "disconnect", "auth", "message-back", "hi", "got it"]) {
      socket.on(event, (...args) => socket.seen.push([event, ...args]));
    }
    socket.all = (event) => socket.seen.filter(([name]) => name === event);
    const shown = () => socket.seen.map(([event, why]) => `${event} ${why?.message ?? why ?? ""}`.slice(0, 60));
    socket.next = async (event, count = 1) => {
      await until(() => socket.all(event).length >= count, `${count} x ${event}`, patience)
        .catch((error) => { throw new Error(`${error.message}; seen: ${shown()}`); });
      return socket.all(event)[count - 1].slice(1);
    };
    return socket;
  };
}

/** Connected, and over the last transport that there is. */
async function ready(socket, transport) {
  await socket.next("connect");
  const last = transport === "polling" ? "polling" : "websocket";
  await until(() => socket.io.engine.transport.name === last, `the transport ${last}`);
  return socket;
}

const tested = (name, body) => test(name, async () => {
  try {
    await body();
  } finally {
    for (const socket of open) socket.disconnect();
    open.clear();
  }
});

const has = (version, least) => version.localeCompare(least, "en", { numeric: true }) >= 0;
const values = [null, true, 1.5, "text Ж テ 😀", { a: [1, { b: "c" }] }, []];
const bytes = [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.alloc(70_000, 7)];

function acks(version, connect, transport) {
  const emitted = (socket, ...args) => within(new Promise((resolve) => { socket.emit(...args, (...got) => resolve(got)); }), "the ack", patience);

  tested("an ack of an event with values", async () => {
    const socket = await ready(connect("protocol"), transport);
    assert.deepEqual(await emitted(socket, "message-with-ack", ...values), values);
  });

  tested("acks of many events find their own", async () => {
    const socket = await ready(connect("protocol"), transport);
    const got = await Promise.all(Array.from({ length: 50 }, (_, i) => emitted(socket, "message-with-ack", i)));
    assert.deepEqual(got, Array.from({ length: 50 }, (_, i) => [i]));
  });

  tested("an ack before the connection is there", async () => {
    assert.deepEqual(await emitted(connect("protocol"), "message-with-ack", "early"), ["early"]);
  });

  tested("binary in an ack", async () => {
    const socket = await ready(connect("protocol"), transport);
    assert.deepEqual(await emitted(socket, "message-with-ack", bytes[0], { in: bytes[2] }), [bytes[0], { in: bytes[2] }]);
  });

  tested("the server asks for an ack", async () => {
    const socket = await ready(connect("client"), transport);
    socket.on("ack", (acknowledge) => acknowledge(5, { test: true }));
    socket.emit("ack");
    await socket.next("got it");
  });

  if (has(version, "4.4.0")) {
    tested("an ack in time, and one that never comes", async () => {
      const socket = await ready(connect("protocol"), transport);
      const timed = (event, ms) => within(new Promise((resolve) => {
        socket.timeout(ms).emit(event, "x", (error, value) => resolve([error?.message, value]));
      }), "the ack or its timeout");
      assert.deepEqual(await timed("message-with-ack", 5_000), [undefined, "x"]);
      assert.equal((await timed("nobody", 50))[0], "operation has timed out");
    });
  }

  if (has(version, "4.6.0")) {
    tested("emitWithAck", async () => {
      const socket = await ready(connect("protocol"), transport);
      assert.deepEqual(await socket.timeout(5_000).emitWithAck("message-with-ack", { a: 1 }), { a: 1 });
      await assert.rejects(socket.timeout(50).emitWithAck("nobody"), /operation has timed out/);
    });
  }
}

function namespaces(connect, transport) {
  tested("a namespace of its own, on the same connection", async () => {
    const socket = await ready(connect("protocol", "/", { auth: { n: 1 } }), transport);
    const custom = socket.io.socket("/custom", { auth: { n: 2 } });
    const auth = within(new Promise((resolve) => { custom.on("auth", resolve); }), "auth of /custom");
    assert.deepEqual(Object.keys(await auth), ["n"]);
    assert.notEqual(custom.id, socket.id);
    assert.equal(custom.io.engine, socket.io.engine);
    custom.disconnect();
    socket.emit("message", "still here");
    assert.deepEqual(await socket.next("message-back"), ["still here"]);
  });

  tested("a namespace of its own, alone", async () => {
    const socket = await ready(connect("protocol", "/custom", { auth: { n: 2 } }), transport);
    assert.deepEqual(await socket.next("auth"), [{ n: 2 }]);
  });

  tested("a namespace that does not exist", async () => {
    const [error] = await connect("protocol", "/unknown").next("connect_error");
    assert.equal(error.message, "Invalid namespace");
  });

  tested("a namespace whose middleware refuses", async () => {
    const socket = connect("client", "/no");
    const [error] = await socket.next("connect_error");
    assert.equal(error.message, "Auth failed (custom namespace)");
    assert.equal(socket.connected, false);
  });
}

function endings(version, connect, transport) {
  tested("disconnect, and connect again", async () => {
    const socket = await ready(connect("protocol"), transport);
    const { id, io: { engine } } = socket;
    socket.disconnect();
    assert.deepEqual((await socket.next("disconnect"))[0], "io client disconnect");
    // Clients before 4.1 take the end of the old transport for that of the new one.
    await until(() => engine.readyState === "closed", "the end of the transport", patience);
    socket.connect();
    await socket.next("connect", 2);
    assert.notEqual(socket.id, id);
    socket.emit("message", "again");
    assert.deepEqual(await socket.next("message-back"), ["again"]);
  });

  tested("the transport is lost: the client reconnects by itself, and what it said meanwhile comes through", async () => {
    const socket = await ready(connect("protocol", "/", { reconnection: true, auth: { n: 1 } }), transport);
    await socket.next("auth");
    const { id } = socket;
    socket.io.engine.close();
    assert.match((await socket.next("disconnect"))[0], /^(forced close|transport close)$/);
    socket.emit("message", "meanwhile");
    await socket.next("connect", 2);
    assert.notEqual(socket.id, id);
    assert.deepEqual(await socket.next("auth", 2), [{ n: 1 }]);
    assert.deepEqual(await socket.next("message-back"), ["meanwhile"]);
  });

  if (!has(version, "4.6.0")) return;

  const lost = async (before) => {
    const socket = await ready(connect("client", "/", { reconnection: true }), transport);
    const { id } = socket;
    assert.equal(socket.recovered, false);
    await before(socket);
    socket.io.engine.close();
    await socket.next("connect", 2);
    return { socket, id };
  };

  tested("recovery after an event: the same sid", async () => {
    const { socket, id } = await lost(async (one) => {
      one.emit("hi");
      await one.next("hi");
    });
    assert.deepEqual([socket.recovered, socket.id], [true, id]);
    socket.emit("hi");
    await socket.next("hi", 2);
    assert.equal(socket.all("hi").length, 2);
  });

  tested("recovery before any event", async () => {
    const { socket, id } = await lost(() => {});
    assert.deepEqual([socket.recovered, socket.id], [true, id]);
  });

  tested("recovery brings what was on its way, once", async () => {
    const { socket } = await lost(async (one) => {
      one.emit("hi");
      await one.next("hi");
      one.emit("hi");
    });
    assert.equal(socket.recovered, true);
    socket.emit("hi");
    await socket.next("hi", 3);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    assert.equal(socket.all("hi").length, 3);
  });

  tested("no recovery after the client's own disconnect", async () => {
    const socket = await ready(connect("client"), transport);
    const { id } = socket;
    socket.disconnect();
    socket.connect();
    await socket.next("connect", 2);
    assert.equal(socket.recovered, false);
    assert.notEqual(socket.id, id);
  });
}

for (const version of ["3.0.5", "3.1.3", "4.0.2", "4.5.4", "4.7.5", "4.8.4"]) {
  for (const transport of Object.keys(transports)) {
    describe(`socket.io-client ${version}, ${transport}`, () => {
      const connect = connector(version, transport);

      tested("connect", async () => {
        const socket = await ready(connect("protocol"), transport);
        assert.match(socket.id, /^[A-Za-z0-9_-]{20}$/);
        assert.deepEqual(await socket.next("auth"), [{}]);
      });

      tested("the auth payload", async () => {
        assert.deepEqual(await connect("protocol", "/", { auth: { token: "abc", n: [1] } }).next("auth"), [{ token: "abc", n: [1] }]);
        assert.deepEqual(await connect("protocol", "/", { auth: (give) => give({ later: true }) }).next("auth"), [{ later: true }]);
      });

      tested("events with values of every kind", async () => {
        const socket = await ready(connect("protocol"), transport);
        socket.emit("message", ...values);
        assert.deepEqual(await socket.next("message-back"), values);
      });

      tested("events in their order, also through the upgrade", async () => {
        const socket = connect("protocol");
        for (let i = 0; i < 100; i += 1) socket.emit("message", i);
        await socket.next("connect");
        for (let i = 100; i < 200; i += 1) socket.emit("message", i);
        await socket.next("message-back", 200);
        assert.deepEqual(socket.all("message-back").map(([, i]) => i), Array.from({ length: 200 }, (_, i) => i));
      });

      tested("binary both ways", async () => {
        const socket = await ready(connect("protocol"), transport);
        socket.emit("message", bytes[0], "between", { in: [bytes[1], bytes[2]] });
        assert.deepEqual(await socket.next("message-back"), [bytes[0], "between", { in: [bytes[1], bytes[2]] }]);
      });

      tested("a message of 900,000 letters", async () => {
        const socket = await ready(connect("client"), transport);
        const answer = new Promise((resolve) => { socket.emit("echo", "x".repeat(900_000), resolve); });
        assert.equal((await within(answer, "the echo")).length, 900_000);
      });

      tested("the heartbeat holds it for more than two intervals", async () => {
        const socket = await ready(connect("protocol"), transport);
        await new Promise((resolve) => { setTimeout(resolve, 800); });
        assert.deepEqual(socket.all("disconnect"), []);
        socket.emit("message", "later");
        await socket.next("message-back");
      });

      acks(version, connect, transport);
      namespaces(connect, transport);
      endings(version, connect, transport);
    });
  }
}

for (const transport of ["polling", "websocket"]) {
  for (const port of ["protocol", "client"]) {
    tested(`socket.io-client 2.5.0 over ${transport} is refused on the ${port} port`, async () => {
      const socket = connector("2.5.0", transport)(port);
      await within(socket.next("connect_error"), "connect_error", 2_000);
      assert.equal(socket.connected, false);
    });
  }
}
