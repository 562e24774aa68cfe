// Written by gannet call --typescript.
import type { CallOptions, RpcClient } from "gannet-rpc";

/** The service "Books:2". */
export interface Books_2 {
  add(argument1: { title: string; authors: ReadonlyArray<{ name: string; born?: string | null }>; colour: "RED" | "GREEN"; price: number | "NaN" | "Infinity" | "-Infinity"; cover: Uint8Array | ArrayBuffer | DataView | string; sold: number | bigint }, argument2: number | null): Promise<void>;
  count(argument1: ReadonlyArray<ReadonlyArray<string>>, argument2: Date | string): Promise<{ [key: string]: number }>;
  find(argument: string): Promise<{ title: string; authors: Array<{ name: string; born: string | null }>; colour: "RED" | "GREEN"; price: number | "NaN" | "Infinity" | "-Infinity"; cover: string; sold: number | bigint } | null>;
  follow(argument1: number, items: AsyncIterable<{ name: string; born?: string | null }>): AsyncIterableIterator<"RED" | "GREEN">;
  list(): AsyncIterableIterator<{ title: string; authors: Array<{ name: string; born: string | null }>; colour: "RED" | "GREEN"; price: number | "NaN" | "Infinity" | "-Infinity"; cover: string; sold: number | bigint }>;
  "to-string"(argument: unknown): Promise<string>;
  total(argument: Record<string, never>): Promise<number | bigint>;
  // client.call("Books:2/inspect")
  // client.callOneWay("Books:2/read")
}

export function Books_2(client: RpcClient, options?: CallOptions): Books_2 {
  return client.service<Books_2>("Books:2", { ...options, streams: ["follow", "list"] });
}

/** The service "class". */
export interface class_ {
  same(argument: number): Promise<number>;
}

export function class_(client: RpcClient, options?: CallOptions): class_ {
  return client.service<class_>("class", { ...options, streams: [] });
}

/** The service "shop.v1.Echo". */
export interface shop_v1_Echo {
  Echo(argument: string): Promise<string>;
  shout(argument: string): Promise<string>;
}

export function shop_v1_Echo(client: RpcClient, options?: CallOptions): shop_v1_Echo {
  return client.service<shop_v1_Echo>("shop.v1.Echo", { ...options, streams: [] });
}
