// The client against a server that is played, for what a real one does only now and then.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { inspect } from "node:util";
import { RpcClient, RpcError } from "gannet-rpc";
import { WebSocket } from "ws";
import {
  argumentOf, entries, FakeServer, LAST_CALL, metadataOf, methodOf, REPLY_BEGINS, REQUEST, RESPONSE, STREAM_ITEM,
} from "./fake-server.mjs";

const LIMIT = { timeout: 60_000 };
const HOUR = 3_600_000;

let server;
let clients;

beforeEach(async () => {
  server = await FakeServer.start();
  clients = [];
});

afterEach(async () => {
  mock.restoreAll();
  clients.forEach((client) => client.close());
  await server.close();
});

function start(options = {}) {
  const client = new RpcClient(server.url, { WebSocket, ...options });
  clients.push(client);
  return client;
}

/** A connection that has answered a call. */
async function useful(client) {
  const peer = await server.accept();
  peer.hello();
  const call = client.call("Any/call");
  await peer.answer("1");
  assert.equal(await call, 1);
  return peer;
}

/** What the client sends for an argument. */
async function sent(client, argument) {
  const call = client.call("Any/call", argument);
  const peer = await server.accept();
  peer.hello();
  const request = await peer.answer("null");
  await call;
  client.close();
  return argumentOf(request);
}

/** What the client has of a result. */
async function received(client, json) {
  const call = client.call("Any/call");
  const peer = await server.accept();
  peer.hello();
  await peer.answer(json);
  return call;
}

async function refused(call, code, pattern) {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof RpcError, inspect(error));
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    assert.equal(error.notStarted, true);
    return true;
  });
}

describe("a server that is about to stop", LIMIT, () => {
  it("is left at once for the next connection, and its calls go on beside that", async () => {
    mock.method(Math, "random", () => 1);
    const client = start({ minBackoff: HOUR, maxBackoff: HOUR, services: { Page: { echo: (text) => text } } });
    const old = await useful(client);
    const running = client.call("Any/slow");
    const request = await old.frame(REQUEST);

    old.goAway();

    await old.frame(LAST_CALL);
    const next = await server.accept();
    next.hello();
    const call = client.call("Any/call");
    await next.answer('"next"');
    assert.equal(await call, "next");
    old.call(7, "Page/echo", '"still here"');
    assert.match((await old.frame(RESPONSE)).toString(), /"still here"$/);
    old.send(RESPONSE, request.readUInt32BE(2), [0, 1, 0, 0], '"slow"');
    assert.equal(await running, "slow");
    client.close();
    await Promise.all([old.closed, next.closed]);
    assert.equal(server.accepted, 2);
  });

  it("is not flooded by clients that it sends away at once", async () => {
    mock.method(Math, "random", () => 1);
    start();
    const times = [];
    for (let i = 0; i < 5; i++) {
      const peer = await server.accept();
      times.push(peer.at);
      peer.hello();
      peer.goAway();
    }
    assert.ok(times[4] - times[0] >= 1450, `connected at ${times.map((it) => it - times[0])} ms`);
  });

  it("is tried again soon when its last connection has ended", async () => {
    let random = 1;
    mock.method(Math, "random", () => random);
    const lost = [];
    const wasLost = Array.from({ length: 2 }, () => new Promise((resolve) => lost.push(resolve)));
    const client = start({ minBackoff: HOUR, maxBackoff: HOUR, onDisconnect: () => lost.shift()?.() });
    const old = await useful(client);
    old.goAway();
    await wasLost[0];
    (await server.accept()).socket.terminate();
    await wasLost[1]; // now it waits for an hour
    random = 0;

    old.socket.terminate();

    await useful(client);
  });
});

describe("an outage", LIMIT, () => {
  it("does not keep a client from its server for longer than a call waits", async () => {
    mock.method(Math, "random", () => 1);
    const client = start({ minBackoff: HOUR });
    const first = await server.accept();
    first.socket.terminate();
    const call = client.call("Any/call");
    const next = await server.accept();
    next.hello();
    await next.answer("1");
    assert.equal(await call, 1);
  });

  it("is not ended by frames that are no frames", async () => {
    const client = start();
    const peer = await useful(client);
    peer.send(10, 0); // a GO_AWAY without anything
    await peer.closed;
    await useful(client);
  });
});

describe("an object for a service", LIMIT, () => {
  it("calls nothing by being looked at", () => {
    // In a process of its own: what would be called ends it.
    const script = `
      import { RpcClient } from "gannet-rpc";
      import { WebSocket } from "ws";
      import { inspect } from "node:util";
      const client = new RpcClient(${JSON.stringify(server.url)}, { WebSocket, timeout: 100 });
      const echo = client.service("Echo");
      const texts = [\`\${echo}\`, String(echo), "" + echo, inspect(echo), JSON.stringify({ echo }), await echo === echo];
      for (const name of ["then", "toJSON", "valueOf", "toLocaleString", "inspect", "constructor", Symbol.iterator]) {
        if (echo[name] !== undefined) throw new Error(String(name));
      }
      console.log(texts[0], texts[5]);
      setTimeout(() => process.exit(0), 500);`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^service Echo of ws:\S+ true/);
  });

  it("takes any other name", async () => {
    const client = start();
    const call = client.service("Echo").then2("x");
    const peer = await server.accept();
    peer.hello();
    assert.equal(methodOf(await peer.answer('"y"')), "Echo/then2");
    assert.equal(await call, "y");
  });

  it("sends one stream at most", () => {
    async function* none() {}
    assert.throws(() => start().service("Echo").two(none(), none()), /INVALID_ARGUMENT/);
  });
});

describe("a value", LIMIT, () => {
  for (const [what, value, json] of [
    ["a bigint", { id: 9007199254740993n, ids: [-(2n ** 63n)] }, '{"id":9007199254740993,"ids":[-9223372036854775808]}'],
    ["bytes", new Uint8Array([0, 1, 254, 255]), '"AAH+/w=="'],
    ["a buffer of Node", { it: Buffer.from("abc") }, '{"it":"YWJj"}'],
    ["an ArrayBuffer", [new Uint8Array([1]).buffer], '["AQ=="]'],
    ["a part of bytes", new Uint8Array([1, 2, 3]).subarray(1, 2), '"Ag=="'],
    ["other typed arrays", [new Int16Array([-1, 2]), new BigInt64Array([2n ** 60n])], "[[-1,2],[1152921504606846976]]"],
    ["not a number", [NaN, Infinity, -Infinity], '["NaN","Infinity","-Infinity"]'],
    ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["an object with a prototype", new (class { a = 1; b() {} })(), '{"a":1}'],
    ["a large number that is no integer of 64 bits", 1e300, "1e+300"],
    ["a text that looks like an integer", "9007199254740993", '"9007199254740993"'],
    ["undefined among others", [undefined, 1], "[null,1]"],
  ]) {
    it(`is sent as Java has it: ${what}`, async () => {
      assert.equal(await sent(start(), value), json);
    });
  }

  const circle = {};
  circle.it = circle;
  for (const [what, value] of [
    ["an integer that may be another", 2 ** 53],
    ["a negative one", { it: [-(2 ** 60)] }],
    ["a map", { it: new Map() }],
    ["a set", new Set([1])],
    ["a function", () => 1],
    ["a symbol", [Symbol("it")]],
    ["a date that is none", new Date(NaN)],
    ["an error", new Error("it")],
    ["a promise", [Promise.resolve(1)]],
    ["a circle", circle],
  ]) {
    it(`is refused before it is sent: ${what}`, async () => {
      const client = start();
      await useful(client);
      await refused(client.call("Any/call", value), "INVALID_ARGUMENT", /argument of Any\/call/);
    });
  }

  for (const [what, json, value] of [
    ["a large integer", "9007199254740993", 9007199254740993n],
    ["large integers", '{"a":[-9223372036854775808,1],"b":"1"}', { a: [-9223372036854775808n, 1], b: "1" }],
    ["the largest that is exact", "9007199254740991", 9007199254740991],
    ["texts of digits", '["9007199254740993","\\\\9007199254740993\\""]', ["9007199254740993", '\\9007199254740993"']],
    ["a number that is no integer", "[9007199254740993.5,1.0E17,12345678901234567E3]", [9007199254740994, 1e17, 12345678901234567e3]],
    ["a long text and a large integer", `["${"x".repeat(3_000_000)}",90071992547409930]`, ["x".repeat(3_000_000), 90071992547409930n]],
  ]) {
    it(`arrives exactly: ${what}`, async () => {
      assert.deepEqual(await received(start(), json), value);
    });
  }

  it("that is too large for the details of a failure leaves its code and message alone", async () => {
    const fail = () => {
      throw new RpcError("NOT_FOUND", "gone", { details: { ["k".repeat(300)]: "v" } });
    };
    start({ services: { Page: { fail } } });
    const peer = await server.accept();
    peer.hello();
    peer.call(7, "Page/fail", "1");
    const response = await peer.frame(RESPONSE);
    assert.equal(response[6], 5); // NOT_FOUND
    assert.match(response.toString(), /gone.*left out/);
  });

  it("that a handler returns and JSON can't carry is its failure", async () => {
    start({ services: { Page: { map: () => new Map() } } });
    const peer = await server.accept();
    peer.hello();
    peer.call(7, "Page/map", "1");
    const response = await peer.frame(RESPONSE);
    assert.equal(response[6], 13); // INTERNAL
    assert.match(response.toString(), /JSON can't carry a Map/);
  });
});

describe("metadata", LIMIT, () => {
  const NO_TEXT = Uint8Array.of(0xff, 0, 0xc3);
  const PAIRS = [["user", "ada"], ["trace-bin", NO_TEXT], ["tag", "b"], ["tag", "a"], ["parts-bin", [1]], ["parts-bin", []]];
  const ENTRIES = {
    user: "ada", "trace-bin": NO_TEXT, tag: ["b", "a"], "parts-bin": [Uint8Array.of(1), new Uint8Array()],
  };

  it("of a call is texts and, for keys that end with -bin, bytes, several of a key in their order", async () => {
    const call = start().call("Any/call", undefined, { metadata: ENTRIES });
    const peer = await server.accept();
    peer.hello();
    const request = await peer.answer("1");
    assert.equal(await call, 1);
    assert.deepEqual(metadataOf(request), entries(PAIRS));
  });

  it("of the server's call is given to the handler in the same way", async () => {
    let metadata;
    start({ services: { Page: { take: (_, context) => void (metadata = context.metadata) } } });
    const peer = await server.accept();
    peer.hello();
    peer.call(7, "Page/take", "1", PAIRS);
    assert.equal((await peer.frame(RESPONSE))[6], 0);
    assert.deepEqual(metadata, ENTRIES);
  });

  it("may have a key that every object has", async () => {
    let metadata;
    start({ services: { Page: { take: (_, context) => void (metadata = context.metadata) } } });
    const peer = await server.accept();
    peer.hello();
    peer.call(7, "Page/take", "1", [["constructor", "a"], ["__proto__", "b"], ["__proto__", "c"]]);
    await peer.frame(RESPONSE);
    assert.deepEqual(Object.entries(metadata), [["constructor", "a"], ["__proto__", ["b", "c"]]]);
  });

  it("of a reply that is no text fails nothing", async () => {
    const call = start().call("Any/call");
    const peer = await server.accept();
    peer.hello();
    await peer.answer("1", PAIRS);
    assert.equal(await call, 1);
  });

  it("of a failure is given in the same way, and its details are texts whatever their keys", async () => {
    const call = start().call("Any/call");
    const failed = assert.rejects(call, (error) => {
      assert.equal(error.code, "NOT_FOUND");
      assert.deepEqual(error.metadata, ENTRIES);
      assert.deepEqual(error.details, { "why-bin": "text" });
      return true;
    });
    const peer = await server.accept();
    peer.hello();
    const id = (await peer.frame(REQUEST)).readUInt32BE(2);
    peer.send(RESPONSE, id, [5, 0], entries(PAIRS), [0, 4], "gone", [0, 0], entries([["why-bin", "text"]]));
    await failed;
  });

  it("that comes before a stream is skipped", async () => {
    const stream = start().stream("Any/stream");
    const next = stream.next();
    const peer = await server.accept();
    peer.hello();
    const id = (await peer.frame(REQUEST)).readUInt32BE(2);
    peer.send(REPLY_BEGINS, id, entries(PAIRS));
    peer.socket.send(Buffer.from([STREAM_ITEM, 2, 0, 0, 0, id, 1, 0x37]));
    assert.deepEqual(await next, { done: false, value: 7 });
    await stream.return();
  });

  const WRONG = [
    ["a text of a key of bytes", { "trace-bin": "text" }],
    ["other arrays of a key of bytes", { "trace-bin": new Uint16Array(1) }],
    ["bytes of a key of texts", { trace: NO_TEXT }],
    ["a number", { trace: 1 }],
    ["nothing", { trace: undefined }],
    ["a number among texts", { trace: ["a", 1] }],
    ["a key with other characters", { Trace: "a" }],
    ["a key that is too long", { ["k".repeat(129)]: "a" }],
  ];
  for (const [what, metadata] of WRONG) {
    it(`is refused if it has ${what}`, async () => {
      const client = start();
      (await server.accept()).hello();
      await refused(client.call("Any/call", undefined, { metadata }), "INVALID_ARGUMENT", /metadata/);
      assert.throws(() => start({ greeting: metadata }), { code: "INVALID_ARGUMENT", message: /metadata/ });
    });
  }
});

describe("a timeout", LIMIT, () => {
  it("of 0 is none", async () => {
    const client = start();
    const call = client.call("Any/call", undefined, { timeout: 0 });
    const peer = await server.accept();
    peer.hello();
    const request = await peer.answer("1");
    assert.equal(request.readUInt32BE(6), 0);
    assert.equal(await call, 1);
  });

  for (const timeout of [-1, NaN, "1s"]) {
    it(`is refused if it is ${timeout}`, async () => {
      await refused(start().call("Any/call", undefined, { timeout }), "INVALID_ARGUMENT", /timeout/);
    });
  }
});
