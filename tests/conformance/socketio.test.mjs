// Socket.IO packets over both transports, as PROTOCOL sections 1 and 3 say, and the hostile inputs
// 40 to 46 of RELIABILITY section 4, on the protocol port of the conformance fixture.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Polling, Wire, startConformance, withCanary, within } from "./support.mjs";

let server;
let unfinished;  // what owes attachments from the beginning on, so that its 30 s pass meanwhile
before(async () => {
  server = await startConformance();
  unfinished = [await joined(), await joined()];
  unfinished[0].send('452-["message",{"_placeholder":true,"num":0}]');
  unfinished[1].send('452-["message",{"_placeholder":true,"num":0}]', Buffer.from([1]));
});
after(() => server.stop());

const open = () => Wire.open(server.protocol);
const joined = (namespace) => Wire.joined(server.protocol, namespace);
const sidOf = (packet) => JSON.parse(packet.slice(packet.indexOf("{"))).sid;
const bytes = (...values) => Buffer.from(values);
const placeholder = (num) => ({ _placeholder: true, num });
const json = JSON.stringify;

/** The session ends without a close code, and nothing is said before. */
const assertClosed = async (wire) => assert.deepEqual(await wire.end(), { frames: [], code: 1005 });

/** The session lives, and nothing was said. */
async function assertIgnored(wire) {
  wire.send('427["message-with-ack","fence"]');
  assert.equal(await wire.next(), '437["fence"]');
  wire.destroy();
}

describe("CONNECT", () => {
  for (const [what, packet, auth] of [
    ["without a payload", "40", "{}"],
    ["with an empty payload", "40{}", "{}"],
    ["with a payload", '40{"token":"123"}', '{"token":"123"}'],
    ["with a nested payload", '40{"a":{"b":[1,null,"x",1.5,true]}}', '{"a":{"b":[1,null,"x",1.5,true]}}'],
    ["with a payload beyond ASCII", '40{"имя":"Ж😀"}', '{"имя":"Ж😀"}'],
    ["with the main namespace named", "40/,", "{}"],
    ["with the main namespace named and a payload", '40/,{"token":"123"}', '{"token":"123"}'],
    ["with an ack id, which means nothing", "401", "{}"],
  ]) {
    test(`${what}: the answer, then auth`, async () => {
      const wire = await open();
      wire.send(packet);
      const answer = await wire.next();
      assert.match(answer, /^40\{"sid":"[A-Za-z0-9_-]{20}"/);
      assert.notEqual(sidOf(answer), wire.handshake.sid);
      assert.equal(await wire.next(), `42["auth",${auth}]`);
      assert.deepEqual(await wire.rest(), []);
      wire.destroy();
    });
  }

  test("over polling", async () => {
    const session = await Polling.open(server.protocol);
    await session.post('40{"token":"123"}');
    assert.match(await session.next(), /^40\{"sid":"[A-Za-z0-9_-]{20}"/);
    assert.equal(await session.next(), '42["auth",{"token":"123"}]');
  });

  for (const [what, packet, auth] of [
    ["without a payload", "40/custom,", "{}"],
    ["without a comma", "40/custom", "{}"],
    ["with a payload", '40/custom,{"token":"abc"}', '{"token":"abc"}'],
  ]) {
    test(`to /custom ${what}`, async () => {
      const wire = await open();
      wire.send(packet);
      assert.match(await wire.next(), /^40\/custom,\{"sid":"[A-Za-z0-9_-]{20}"/);
      assert.equal(await wire.next(), `42/custom,["auth",${auth}]`);
      wire.destroy();
    });
  }

  test("to both namespaces: two sids, each with its own payload", async () => {
    const wire = await open();
    wire.send('40{"n":1}', '40/custom,{"n":2}');
    const frames = [await wire.next(), await wire.next(), await wire.next(), await wire.next()];
    assert.deepEqual(frames.filter((frame) => frame.startsWith("42")), ['42["auth",{"n":1}]', '42/custom,["auth",{"n":2}]']);
    assert.notEqual(sidOf(frames[0]), sidOf(frames.find((frame) => frame.startsWith("40/custom"))));
    wire.destroy();
  });

  for (const [what, packet, answer] of [
    ["an unknown namespace", "40/unknown,", '44/unknown,{"message":"Invalid namespace"}'],
    ["with a payload", '40/unknown,{"token":"x"}', '44/unknown,{"message":"Invalid namespace"}'],
    ["without a comma", "40/unknown", '44/unknown,{"message":"Invalid namespace"}'],
    ["a name with a query", "40/custom?a=b,", '44/custom?a=b,{"message":"Invalid namespace"}'],
    ["a name in other letters", "40/CUSTOM,", '44/CUSTOM,{"message":"Invalid namespace"}'],
    ["a longer name", "40/custom/x,", '44/custom/x,{"message":"Invalid namespace"}'],
  ]) {
    test(`refused: ${what}; the connection stays`, async () => {
      const wire = await open();
      wire.send(packet);
      assert.equal(await wire.next(), answer);
      wire.send("40");
      assert.match(await wire.next(), /^40\{"sid"/);
      wire.destroy();
    });
  }

  test("a middleware's refusal carries its message", async () => {
    const wire = await Wire.open(server.client);
    wire.send("40/no,");
    assert.equal(await wire.next(), '44/no,{"message":"Auth failed (custom namespace)"}');
    wire.destroy();
  });
});

describe("connectTimeout of 1 s", () => {
  const isOver = async (wire) => {
    const started = performance.now();
    const { code } = await wire.end();
    return { code, ms: performance.now() - started };
  };

  test("no CONNECT closes without a code", async () => {
    const { code, ms } = await isOver(await open());
    assert.equal(code, 1005);
    assert.ok(ms > 700, `${ms} ms`);
  });

  test("a refused CONNECT does not count", async () => {
    const wire = await open();
    wire.send("40/unknown,");
    await wire.next();
    assert.equal((await isOver(wire)).code, 1005);
  });

  test("over polling the waiting GET gets 1", async () => {
    const session = await Polling.open(server.protocol);
    assert.equal(await within(session.next(), "the end", 5_000), "1");
    assert.equal(await session.isKnown(), false);
  });

  test("a CONNECT stops it, and a DISCONNECT does not start it again", async () => {
    const wire = await joined();
    wire.send("41");
    await within(new Promise((resolve) => { setTimeout(resolve, 1_500); }), "1.5 s");
    wire.send("40");
    assert.match(await wire.next(), /^40\{"sid"/);
    wire.destroy();
  });
});

describe("DISCONNECT", () => {
  test("leaves the namespace; the connection stays, and may join again with another sid", async () => {
    const wire = await joined();
    wire.send("41", "40");
    const again = await wire.next();
    assert.match(again, /^40\{"sid"/);
    assert.notEqual(sidOf(again), sidOf(wire.connect));
    wire.destroy();
  });

  test("of one namespace leaves the other", async () => {
    const wire = await joined();
    wire.send("40/custom,");
    await wire.next();
    await wire.next();
    wire.send("41/custom,", '421["message-with-ack","still here"]');
    assert.equal(await wire.next(), '431["still here"]');
    wire.destroy();
  });

  test("an event for a namespace that was left closes", async () => {
    const wire = await joined();
    wire.send("41", '42["message"]');
    await assertClosed(wire);
  });

  test("over polling", async () => {
    const session = await Polling.open(server.protocol);
    await session.post("40");
    await session.next();
    await session.next();
    await session.post("41\x1e40");
    assert.match(await session.next(), /^40\{"sid"/);
  });
});

const values = [
  ["nothing", ""], ["null", ",null"], ["true", ",true"], ["a number", ",1"], ["a negative number", ",-1.5e-7"],
  ["a number as it was written", ",1.0"], ["2^53 and more", ",9007199254740993"], ["an empty text", ',""'],
  ["text", ',"1"'], ["text beyond ASCII", ',"Ж テ 😀"'], ["an escape", ',"\\u0041\\n\\"\\\\"'],
  ["an object", ',{"a":{"b":[]}}'], ["an array", ",[[],[1]]"], ["several", ',1,"2",{"3":[true]}'],
  ["a key that JavaScript knows", ',{"__proto__":{"x":1},"constructor":null}'],
];

describe("EVENT", () => {
  for (const [what, args] of values) {
    test(`with ${what} comes back`, async () => {
      const wire = await joined();
      wire.send(`42["message"${args}]`);
      const [name, ...got] = JSON.parse((await wire.next()).slice(2));
      assert.equal(name, "message-back");
      assert.deepEqual(got, JSON.parse(`[${args.slice(1)}]`));
      wire.destroy();
    });
  }

  for (const [what, packet] of [
    ["nobody listens to", '42["nobody"]'], ["whose name is a number", "42[1,2]"], ["whose name is empty", '42[""]'],
    ["nobody listens to, with an ack id", '425["nobody"]'], ["named like a method", '42["toString"]'],
    ["named __proto__", '42["__proto__"]'],
  ]) {
    test(`${what} changes nothing`, async () => {
      const wire = await joined();
      wire.send(packet);
      await assertIgnored(wire);
    });
  }

  test("the main namespace may be named", async () => {
    const wire = await joined();
    wire.send('42/,["message",1]');
    assert.equal(await wire.next(), '42["message-back",1]');
    wire.destroy();
  });

  test("spaces between the JSON's tokens", async () => {
    const wire = await joined();
    wire.send('42[ "message" , 1 ]');
    assert.deepEqual(JSON.parse((await wire.next()).slice(2)), ["message-back", 1]);
    wire.destroy();
  });

  test("handlers are a namespace's own", async () => {
    const wire = await joined("/custom");
    wire.send('42/custom,["message",1]');
    assert.deepEqual(await wire.rest(), []);
    wire.destroy();
  });

  test("many, in their order", async () => {
    const wire = await joined();
    for (let i = 0; i < 300; i += 1) wire.send(`42["message",${i}]`);
    for (let i = 0; i < 300; i += 1) assert.equal(await wire.next(), `42["message-back",${i}]`);
    wire.destroy();
  });

  test("over polling, several in one payload", async () => {
    const session = await Polling.open(server.protocol);
    await session.post("40");
    await session.next();
    await session.next();
    await session.post('42["message",1]\x1e429["message-with-ack","x"]');
    assert.equal(await session.next(), '42["message-back",1]');
    assert.equal(await session.next(), '439["x"]');
  });
});

describe("ACK", () => {
  for (const [what, args] of values) {
    test(`with ${what}`, async () => {
      const wire = await joined();
      wire.send(`42456["message-with-ack"${args}]`);
      const answer = await wire.next();
      assert.match(answer, /^43456\[/);
      assert.deepEqual(JSON.parse(answer.slice(5)), JSON.parse(`[${args.slice(1)}]`));
      wire.destroy();
    });
  }

  for (const id of ["0", "1", "007", "9007199254740991"]) {
    test(`of id ${id}`, async () => {
      const wire = await joined();
      wire.send(`42${id}["message-with-ack"]`);
      assert.equal(await wire.next(), `43${BigInt(id)}[]`);
      wire.destroy();
    });
  }
});

describe("binary", () => {
  const roundTrip = async (args, attachments) => {
    const wire = await joined();
    wire.send(`45${attachments.length}-${json(["message", ...args])}`, ...attachments);
    assert.equal(await wire.next(), `45${attachments.length}-${json(["message-back", ...args])}`);
    for (const attachment of attachments) assert.deepEqual(await wire.next(), attachment);
    wire.destroy();
  };

  for (const [what, args, attachments] of [
    ["one", [placeholder(0)], [bytes(1, 2, 3)]],
    ["two", [placeholder(0), "x", placeholder(1)], [bytes(1, 2, 3), bytes(4, 5)]],
    ["one in an object", [{ a: [{ b: placeholder(0) }] }], [bytes(9)]],
    ["an empty one", [placeholder(0)], [Buffer.alloc(0)]],
    ["one like a packet", [placeholder(0)], [Buffer.from('42["message"]')]],
    ["one of 500,000 bytes", [placeholder(0)], [Buffer.alloc(500_000, 5)]],
    ["ten", Array.from({ length: 10 }, (_, i) => placeholder(i)), Array.from({ length: 10 }, (_, i) => bytes(i))],
  ]) {
    test(`attachments: ${what}`, () => roundTrip(args, attachments));
  }

  test("with an ack", async () => {
    const wire = await joined();
    wire.send(`452-789${json(["message-with-ack", placeholder(0), placeholder(1)])}`, bytes(1), bytes(2));
    assert.equal(await wire.next(), `462-789${json([placeholder(0), placeholder(1)])}`);
    assert.deepEqual([await wire.next(), await wire.next()], [bytes(1), bytes(2)]);
    wire.destroy();
  });

  test("over polling, in base64", async () => {
    const session = await Polling.open(server.protocol);
    await session.post("40");
    await session.next();
    await session.next();
    await session.post(`451-${json(["message", placeholder(0)])}\x1ebAQID`);
    assert.equal(await session.next(), `451-${json(["message-back", placeholder(0)])}`);
    assert.equal(await session.next(), "bAQID");
  });
});

/** Frames that end the session, sent by a client that has joined `/`. */
const closing = [
  ["40", "50- then binary", ['450-["x"]', bytes(1)]],
  ["40", "50- alone", ['450-["x"]']],
  ["40", "5-", ["45-"]],
  ["40", "5- with an event", ['45-["x"]']],
  ["40", "51", ["451"]],
  ["40", "51 with an event", ['451["x"]']],
  ["40", "5-1-", ["45-1-"]],
  ["40", "5-1- with an event", ['45-1-["x"]']],
  ["40", "5999999999-", ["45999999999-"]],
  ["40", "5999999999- with an event", ['45999999999-["x"]']],
  ["40", "5x-", ['45x-["x"]']],
  ["40", "51.5-", ['451.5-["x"]']],
  ["40", "an ack of the same", ["46-"]],
  ["41", "11 attachments", [`4511-${json(["message", placeholder(0)])}`]],
  ["41", "binary out of the blue", [bytes(1)]],
  ["41", "one attachment too many", [`451-${json(["nobody", placeholder(0)])}`, bytes(1), bytes(2)]],
  ["42", "placeholder 99", [`451-${json(["message", placeholder(99)])}`, bytes(1)]],
  ["42", "placeholder 1 of 1", [`451-${json(["message", placeholder(1)])}`, bytes(1)]],
  ["42", "placeholder -1", [`451-${json(["message", placeholder(-1)])}`, bytes(1)]],
  ["42", "placeholder 1.5", [`452-${json(["message", placeholder(1.5)])}`, bytes(1), bytes(2)]],
  ["42", 'placeholder "x"', [`451-${json(["message", placeholder("x")])}`, bytes(1)]],
  ["42", "placeholder without num", ['451-["message",{"_placeholder":true}]', bytes(1)]],
  ["42", "placeholder null", ['451-["message",{"_placeholder":true,"num":null}]', bytes(1)]],
  ["42", "placeholder 99, 100 deep", [`451-["message",${"[".repeat(100)}${json(placeholder(99))}${"]".repeat(100)}]`, bytes(1)]],
  ["42", "text while binary is due", [`451-${json(["message", placeholder(0)])}`, '42["message"]']],
  ["42", "a CONNECT while binary is due", [`451-${json(["message", placeholder(0)])}`, "40/custom,"]],
  ["43", "type 7", ["47"]], ["43", "type 8", ["48"]], ["43", "type 9", ['49["message"]']],
  ["43", "a letter for a type", ["4a"]], ["43", "no type", ["4"]],
  ["43", "2", ["42"]], ["43", "2[]", ["42[]"]], ["43", "2{}", ["42{}"]], ["43", "2[null]", ["42[null]"]],
  ["43", "2[{}]", ["42[{}]"]], ["43", "2[[]]", ["42[[]]"]], ["43", "2[true]", ["42[true]"]],
  ["43", "a text for an array", ['42"message"']], ["43", "a number for an array", ["421"]],
  ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
    .map((name) => ["43", `the reserved event ${name}`, [`42["${name}"]`]]),
  ["43", "a reserved event with binary", [`451-${json(["disconnect", placeholder(0)])}`, bytes(1)]],
  ["43", "cut JSON", ['42["message"']], ["43", "JSON and more", ['42["message"]x']],
  ["43", "JSON with a comma too many", ['42["message",]']], ["43", "NaN", ['42["message",NaN]']],
  ["43", "a lone quote", ['42["']], ["43", "an array 100,000 deep", [`42["message",${"[".repeat(100_000)}`]],
  ["43", "an ACK without an array", ["431{}"]], ["43", "an ACK without JSON", ["431"]],
  ["43", "an ACK without an id or JSON", ["43"]],
  ["43", "a DISCONNECT with JSON that is none", ["41{"]],
  ["43", "CONNECT_ERROR from a client", ['44{"message":"x"}']], ["43", "CONNECT_ERROR with text", ['44"x"']],
  ["44", "an ack id of 400 digits", [`42${"9".repeat(400)}["message-with-ack"]`]],
  ["44", "an ack id of 1 and 400 zeros", [`421${"0".repeat(400)}["message-with-ack"]`]],
  ["44", "an ack id of 2^53", ['429007199254740992["message-with-ack"]']],
  ["44", "a negative ack id", ['42-1["message-with-ack"]']],
  ["44", "an ack id with a letter", ['421a["message-with-ack"]']],
  ["44", "an ACK of 400 digits", [`43${"9".repeat(400)}[]`]],
  ["45", "a second CONNECT", ["40"]],
  ["45", "a second CONNECT with a payload", ['40{"a":1}']],
  ["45", "an event for a namespace not joined", ['42/custom,["message"]']],
  ["45", "an ACK for a namespace not joined", ["43/custom,1[]"]],
  ["45", "an event for a namespace that is none", ['42/unknown,["message"]']],
  ["45", "a binary event for a namespace not joined", [`451-/custom,${json(["message", placeholder(0)])}`, bytes(1)]],
  ["45", "a DISCONNECT of a namespace not joined", ["41/custom,"]],
  ["46", "a namespace of 64 KiB", [`40/${"n".repeat(65_536)},`]],
  ["46", "a namespace of 257 bytes", [`40/${"n".repeat(256)},`]],
];

/** The same from a client that has joined nothing. */
const closingFirst = [
  ["45", "an event before CONNECT", ['42["message"]']], ["45", "a DISCONNECT before CONNECT", ["41"]],
  ["45", "an ACK before CONNECT", ["431[]"]],
  ["45", "a binary event before CONNECT", [`451-${json(["message", placeholder(0)])}`, bytes(1)]],
  ["45", "CONNECT with an array", ["40[]"]], ["45", "CONNECT with a text", ['40"x"']],
  ["45", "CONNECT with null", ["40null"]], ["45", "CONNECT with true", ["40true"]],
  ["45", "CONNECT with cut JSON", ["40{"]], ["45", "CONNECT with an array to /custom", ["40/custom,[]"]],
  ["45", "CONNECT with a text to an unknown namespace", ['40/unknown,"x"']],
];

describe("what closes the connection", () => {
  for (const [number, what, frames] of closing) {
    test(`${number}: ${what}`, () => withCanary(server.protocol, async () => {
      const wire = await joined();
      wire.send(...frames);
      await assertClosed(wire);
    }));
  }

  for (const [number, what, frames] of closingFirst) {
    test(`${number}: ${what}`, () => withCanary(server.protocol, async () => {
      const wire = await open();
      wire.send(...frames);
      await assertClosed(wire);
    }));
  }

  // Megabytes take their time, so these go where pings are slow.
  for (const count of [3, 10]) {
    test(`41: ${count} attachments of 1 MB`, () => withCanary(server.client, async () => {
      const wire = await Wire.open(server.client);
      wire.send("40");
      assert.match(await wire.next(), /^40\{"sid"/);
      const args = Array.from({ length: count }, (_, i) => placeholder(i));
      wire.send(`45${count}-${json(["nobody", ...args])}`, ...Array(count).fill(Buffer.alloc(1_000_000)));
      await assertClosed(wire);
    }, "echo"));
  }

  test("40: over polling", () => withCanary(server.protocol, async () => {
    const session = await Polling.open(server.protocol);
    await session.post('40\x1e450-["x"]');
    let packet;
    do packet = await session.next(); while (/^[46]/.test(packet));
    assert.equal(packet, "1");
    assert.equal(await session.isKnown(), false);
  }));
});

describe("what does not", () => {
  for (const [number, what, frames] of [
    ["44", "an unknown ack id", ["4312345[]"]], ["44", "a repeated ack id", ["431[]", "431[]"]],
    ["44", "an ACK of 2^53-1", ["439007199254740991[1]"]],
  ]) {
    test(`${number}: ${what}`, () => withCanary(server.protocol, async () => {
      const wire = await joined();
      wire.send(...frames);
      await assertIgnored(wire);
    }));
  }

  test("44: an ack id that is used twice is answered twice", async () => {
    const wire = await joined();
    wire.send('421["message-with-ack","a"]', '421["message-with-ack","b"]');
    assert.deepEqual([await wire.next(), await wire.next()], ['431["a"]', '431["b"]']);
    wire.destroy();
  });

  test("46: a namespace of 256 bytes is unknown like any other", () => withCanary(server.protocol, async () => {
    const wire = await open();
    const name = `/${"n".repeat(255)}`;
    wire.send(`40${name},`);
    assert.equal(await wire.next(), `44${name},{"message":"Invalid namespace"}`);
    wire.destroy();
  }));

  test("46: 100,000 CONNECTs to random namespaces are refused one by one", () => withCanary(server.client, async () => {
    const wire = await Wire.open(server.client);
    for (let round = 0; round < 100; round += 1) {
      for (let i = 0; i < 1_000; i += 1) wire.send(`40/n${round}-${i},`);
      for (let i = 0; i < 1_000; i += 1) {
        assert.equal(await wire.next(), `44/n${round}-${i},{"message":"Invalid namespace"}`);
      }
    }
    wire.destroy();
  }, "echo"));
});

test("41: attachments declared and never sent close the connection after 30 s", () => withCanary(server.protocol, async () => {
  for (const wire of unfinished) assert.deepEqual(await wire.end(40_000), { frames: [], code: 1005 });
}));

test("the fixture lives through all of it", () => assert.equal(server.child.exitCode, null, server.output));
