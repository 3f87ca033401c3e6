// Debian's python-socketio, with threads and with asyncio, over both transports.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startConformance } from "./support.mjs";

// The interpreter that Debian packages install for, whatever else is on the path.
const python = "/usr/bin/python3";
const script = path.join(path.dirname(fileURLToPath(import.meta.url)), "client.py");

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

for (const kind of ["threads", "asyncio"]) {
  for (const transport of ["polling", "websocket"]) {
    describe(`python-socketio, ${kind}, ${transport}`, () => {
      let came;
      before(async () => {
        const { stdout } = await promisify(execFile)(python, [script, server.protocol, transport, kind], { timeout: 120_000 });
        came = JSON.parse(stdout);
      });

      for (const [name, expected] of Object.entries({
        connect: { auth: [{}], transport, "sid length": 20 },
        auth: [{ token: "abc", n: [1, null] }],
        emit: ["text Ж テ 😀", 1, { a: [true, null] }],
        order: Array.from({ length: 12 }, (_, i) => i),
        ack: ["x", { a: [1] }],
        binary: ["bytes 010203", "between", { in: "bytes ff00" }],
        binary_ack: "bytes 010203",
        namespace: [[{ n: 1 }], [{ n: 1 }], 2],
        disconnect: [false, "again"],
        heartbeat: "later",
      })) test(name, () => assert.deepEqual(came[name], expected));

      test("unknown_namespace", () => assert.match(came.unknown_namespace, /failed to connect/));
    });
  }
}
