// What users write in TypeScript; compiled, not run.
import { RpcClient, RpcError, type CallContext, type ClientOptions, type Code, type Metadata } from "gannet-rpc";
import { Books_2, class_, type shop_v1_Echo } from "./services.js";
import WebSocket, { WebSocket as Named } from "ws";

interface Greeter {
  hello(name: string): Promise<string>;
  sum(a: number, b: number): Promise<bigint>;
  count(to: number): AsyncIterableIterator<number>;
  total(factor: number, numbers: AsyncIterable<number>): Promise<number>;
}

const page = {
  add: ([a, b]: [number, number]) => a + b,
  async *numbers(count: number, context: CallContext) {
    for (let i = 0; i < count && !context.signal.aborted; i++) {
      yield i;
    }
  },
};

const options: ClientOptions = { services: { Page: page }, timeout: 0, WebSocket };
const clients = [
  new RpcClient("ws://localhost/rpc", options),
  new RpcClient(new URL("wss://localhost/rpc"), { WebSocket: Named }),
  new RpcClient("ws://localhost/rpc", { WebSocket: globalThis.WebSocket }),
  new RpcClient("ws://localhost/rpc"),
];

export async function use(client: RpcClient): Promise<Code | null> {
  const greeter = client.service<Greeter>("Greeter", { streams: ["count"], timeout: 1000 });
  const text: string = await greeter.hello("Ada");
  const sum: bigint = await greeter.sum(1, 2);
  async function* numbers() {
    yield 1;
  }
  const total: number = await greeter.total(2, numbers());
  for await (const number of greeter.count(3)) {
    console.log(number.toFixed(), text, sum, total);
  }
  for await (const item of client.stream<{ name: string }>("Greeter/people", undefined, { items: [1, 2] })) {
    console.log(item.name);
  }
  const untyped = client.service("Other");
  await untyped.anything?.(new Uint8Array(3), 1n);
  try {
    await client.call<string>("Greeter/hello", "Ada", { signal: AbortSignal.timeout(10) });
  } catch (e) {
    return e instanceof RpcError && e.notStarted ? e.code : null;
  }
  const texts: Record<string, string> = { user: "ada" };
  const metadata: Metadata = { ...texts, tag: ["a", "b"], "trace-bin": new Uint8Array(3), "parts-bin": [new Uint8Array(1)] };
  await client.call("Greeter/hello", "Ada", { metadata });
  await client.call("Greeter/hello", "Ada", { metadata: texts });
  // @ts-expect-error: a number is no metadata
  await client.call("Greeter/hello", "Ada", { metadata: { user: 1 } });
  // @ts-expect-error: a text is no timeout
  await client.call("Greeter/hello", "Ada", { timeout: "1s" });
  // @ts-expect-error: there is no such method
  greeter.missing();
  clients.forEach((it) => it.close());
  return null;
}

// What gannet call --typescript writes.
export async function useWritten(client: RpcClient, echo: shop_v1_Echo): Promise<number | bigint> {
  const books = Books_2(client, { timeout: 1000 });
  const found = await books.find("Emma");
  if (found === null) {
    const author = { name: await echo.shout("Austen") };
    await books.add(
      { title: "Emma", authors: [author, { name: "x", born: null }], colour: "RED", price: 1, cover: new Uint8Array(1), sold: 1n },
      null,
    );
    return class_(client).same(1);
  }
  for await (const book of books.list()) {
    console.log(book.title, book.authors.map((author) => author.born ?? author.name), book.cover.length);
  }
  async function* authors() {
    yield { name: "Austen" };
  }
  for await (const colour of books.follow(1, authors())) {
    console.log(colour === "GREEN", await books["to-string"](colour));
  }
  const count: { [key: string]: number } = await books.count([["a"], []], new Date());
  console.log(count["RED"], await books.total({}));
  // @ts-expect-error: a number is no title
  await books.find(1);
  // @ts-expect-error: there is no such colour
  await books.add({ ...found, colour: "BLUE" }, 1);
  // @ts-expect-error: a method that inspects the object, which the client leaves alone
  await books.inspect();
  return found.sold;
}
