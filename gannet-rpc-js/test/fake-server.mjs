// A server that does what a test says, frame by frame.
import { once } from "node:events";
import { WebSocketServer } from "ws";

export const HELLO = 1, REQUEST = 2, RESPONSE = 3, STREAM_ITEM = 5, GO_AWAY = 10, LAST_CALL = 11;
export const REPLY_BEGINS = 12;

export class Peer {
  #frames = [];
  #waiting = [];

  constructor(socket) {
    this.socket = socket;
    this.at = Date.now();
    this.closed = once(socket, "close");
    socket.on("message", (data) => {
      const next = this.#waiting.shift();
      next ? next(data) : this.#frames.push(data);
    });
  }

  /** The next frame of a type; others are passed over. */
  async frame(type) {
    for (;;) {
      const data = this.#frames.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
      if (data[0] === type) {
        return data;
      }
    }
  }

  send(type, id, ...content) {
    const head = Buffer.from([type, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(id, 2);
    this.socket.send(Buffer.concat([head, ...content.map((it) => Buffer.from(it))]));
  }

  hello() {
    this.send(HELLO, 0, [0x47, 0x4e, 0x52, 0x50, 1, 1], [0, 5, 0, 8, 0, 0, 1, 0, 0, 4, 0, 0]);
  }

  goAway() {
    this.send(GO_AWAY, 0, [0, 0, 3], "bye");
  }

  /** Answers the next call with a text of JSON. */
  async answer(json, metadata = []) {
    const request = await this.frame(REQUEST);
    this.send(RESPONSE, request.readUInt32BE(2), [0, 1], entries(metadata), json);
    return request;
  }

  /** Calls the client, in JSON, with a minute. */
  call(id, method, json, metadata = []) {
    this.send(REQUEST, id, [0, 0, 0xea, 0x60, 1, 0, method.length], method, entries(metadata), json);
  }
}

/** Metadata or details as they are in a frame, out of pairs of a key and a text or bytes. */
export function entries(pairs) {
  const content = Buffer.concat(pairs.flatMap(([key, value]) => {
    const bytes = Buffer.from(value);
    return [Buffer.from([key.length]), Buffer.from(key), Buffer.from([bytes.length >> 8, bytes.length]), bytes];
  }));
  return Buffer.concat([Buffer.from([content.length >> 8, content.length]), content]);
}

/** The metadata of a request, as it is in the frame. */
export function metadataOf(request) {
  const at = 13 + request.readUInt16BE(11);
  return request.subarray(at, at + 2 + request.readUInt16BE(at));
}

/** What a request has as its argument. */
export function argumentOf(request) {
  const method = request.readUInt16BE(11);
  const metadata = request.readUInt16BE(13 + method);
  return request.subarray(15 + method + metadata).toString();
}

export function methodOf(request) {
  return request.subarray(13, 13 + request.readUInt16BE(11)).toString();
}

export class FakeServer {
  #peers = [];
  #waiting = [];

  static async start() {
    const server = new FakeServer();
    server.server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.server.on("connection", (socket) => {
      server.accepted++;
      const peer = new Peer(socket);
      const next = server.#waiting.shift();
      next ? next(peer) : server.#peers.push(peer);
    });
    await once(server.server, "listening");
    return server;
  }

  accepted = 0;

  get url() {
    return `ws://127.0.0.1:${this.server.address().port}/rpc`;
  }

  async accept() {
    return this.#peers.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async close() {
    this.server.clients.forEach((it) => it.terminate());
    await new Promise((resolve) => this.server.close(resolve));
  }
}
