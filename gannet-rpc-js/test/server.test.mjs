// The client against two servers that are real, whose addresses are in the environment.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { afterEach, describe, it } from "node:test";
import { RpcClient, RpcError } from "gannet-rpc";
import { WebSocket } from "ws";
import { check, services } from "./checks.mjs";

const { GANNET_FIRST: first, GANNET_SECOND: second } = process.env;
const CLASSES = [["of the package ws", WebSocket], ["that is global", globalThis.WebSocket]];

const closing = [];

afterEach(() => {
  closing.splice(0).forEach((close) => close());
});

function start(url, options = {}) {
  const client = new RpcClient(url, { WebSocket, ...options });
  closing.push(() => client.close());
  return client;
}

/** One address for several servers, as a load balancer has. */
async function relay() {
  const relay = { target: first, accepted: 0 };
  const server = net.createServer((from) => {
    relay.accepted++;
    const { hostname, port } = new URL(relay.target);
    const to = net.connect(port, hostname);
    from.pipe(to).pipe(from);
    from.on("error", () => to.destroy());
    to.on("error", () => from.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  relay.url = `ws://127.0.0.1:${server.address().port}${new URL(first).pathname}`;
  return relay;
}

describe("a server in Java", { skip: first === undefined, timeout: 120_000 }, () => {
  for (const [what, WebSocket] of CLASSES) {
    it(`is called with the WebSocket ${what}`, { skip: WebSocket === undefined }, async () => {
      await check(start(first, { WebSocket, services }));
    });
  }

  it("that drains is left for the next at once, and its stream goes on", async () => {
    const address = await relay();
    const client = start(address.url);
    const values = client.service("Values", { streams: ["talk"] });
    const toSay = [];
    let wake;
    async function* words() {
      for (;;) {
        while (toSay.length === 0) {
          await new Promise((resolve) => (wake = resolve));
        }
        const word = toSay.shift();
        if (word === null) {
          return;
        }
        yield word;
      }
    }
    const say = (word) => {
      toSay.push(word);
      wake?.();
    };
    const talk = values.talk(words());
    say("before");
    assert.equal((await talk.next()).value, "before!");
    assert.equal(await values.name(), "first");

    address.target = second;
    await start(first).call("Values/drain");

    for (let name = "first"; name !== "second"; ) {
      try {
        name = await values.name();
      } catch (e) {
        assert.ok(e instanceof RpcError && e.notStarted, e); // it was on its way
      }
    }
    say("after");
    assert.equal((await talk.next()).value, "after!");
    say(null);
    assert.equal((await talk.next()).done, true);
    assert.equal(await values.name(), "second");
    assert.equal(address.accepted, 2);
  });
});
