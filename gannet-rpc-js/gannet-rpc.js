// Calls to and from a Gannet server, over WebSocket and in JSON. For browsers and other JavaScript that has
// WebSocket. The frames are described in docs/wire-protocol.md.
//
//   const client = new RpcClient("wss://example.org/rpc", { services: { Page: { add: ([a, b]) => a + b } } });
//   const greeting = await client.service("Greeter").hello("Ada");
//
// What it does is told in docs/rpc.md, under "From JavaScript".

/** What may have gone wrong: gRPC's names and numbers. */
const CODES = [
  "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
  "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
  "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
];

const HELLO = 1, REQUEST = 2, RESPONSE = 3, CANCEL = 4;
const STREAM_ITEM = 5, STREAM_END = 6, CREDIT = 7, PING = 8, PONG = 9, GO_AWAY = 10, LAST_CALL = 11;
const ONE_WAY = 2, SENDS_ITEMS = 4, TAKES_ITEMS = 8; // flags of requests
const OF_RESULTS = 2; // a flag of items and credit
const NOT_STARTED = 2; // a flag of responses
const NONE = 0, JSON_VALUE = 1; // how a value is written
const MAGIC = 0x474e5250;
const VERSION = 1;
const MAX_FRAME = 1, MAX_CALLS = 2, GREETING = 3, WINDOW = 5; // fields of a hello
const DRAINING = 0;
const HEADER = 6;
const MAX_TEXT = 4096;
const KEY = /^[a-z0-9_.-]{1,128}$/; // of metadata
const BINARY = "-bin"; // what the keys of bytes end with
/** A connection that has lasted so long, in milliseconds, was of use, even without a call. */
const A_WHILE = 1_000;
/** How long a server that has said goodbye may stay, in milliseconds, when this side has no calls there. */
const FAREWELL = 10_000;
/** What every object is asked for, by the language or by what prints it: no methods of services. */
const NO_METHODS = new Set(["then", "toJSON", "toString", "toLocaleString", "valueOf", "inspect", "constructor"]);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Why a call has failed. */
export class RpcError extends Error {
  constructor(code, message, { notStarted = false, remoteType = null, details = {}, metadata = {}, cause } = {}) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = "RpcError";
    this.code = code;
    this.notStarted = notStarted;
    this.remoteType = remoteType;
    this.details = details;
    this.metadata = metadata;
  }
}

/** What can't be written, and hence isn't sent. */
function invalid(why) {
  return new RpcError("INVALID_ARGUMENT", why, { notStarted: true });
}

/** Writes a frame; grows as it must. */
class Writer {
  constructor(type, flags, id) {
    this.bytes = new Uint8Array(256);
    this.view = new DataView(this.bytes.buffer);
    this.size = 0;
    this.u8(type).u8(flags).u32(id);
  }

  /** Makes room; bytes and view may be others afterwards. */
  room(count) {
    if (this.size + count > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.size + count));
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    const at = this.size;
    this.size += count;
    return at;
  }

  u8(value) {
    const at = this.room(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value) {
    if (value > 0xffff) {
      throw invalid(`${value} bytes where no more than 65,535 fit`);
    }
    const at = this.room(2);
    this.view.setUint16(at, value);
    return this;
  }

  u32(value) {
    const at = this.room(4);
    this.view.setUint32(at, value);
    return this;
  }

  raw(bytes) {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
    return this;
  }

  text(text) {
    const bytes = encoder.encode(text);
    return this.u16(bytes.length).raw(bytes);
  }

  /** Metadata: texts, or bytes if the key says so; several of a key as an array. */
  metadata(metadata) {
    const entries = [];
    for (const [key, values] of Object.entries(metadata)) {
      if (!KEY.test(key)) {
        throw invalid(`a key of metadata has 1 to 128 characters of a-z, 0-9, '-', '_' and '.': ${key.slice(0, 128)}`);
      }
      for (const value of Array.isArray(values) ? values : [values]) {
        if (key.endsWith(BINARY) ? !(value instanceof Uint8Array) : typeof value !== "string") {
          const expected = key.endsWith(BINARY) ? "a Uint8Array" : "a string";
          throw invalid(`a value of the metadata ${key} is ${expected}, or an array of such`);
        }
        entries.push([key, value]);
      }
    }
    return this.entries(entries);
  }

  /** The details of a failure: texts, whatever their keys. */
  details(details) {
    return this.entries(Object.entries(details).map(([key, value]) => [key, String(value)]));
  }

  entries(entries) {
    const at = this.room(2);
    for (const [key, value] of entries) {
      const name = encoder.encode(key);
      if (name.length > 0xff) {
        throw invalid(`a key has at most 255 bytes: ${key}`);
      }
      const bytes = typeof value === "string" ? encoder.encode(value) : value;
      this.u8(name.length).raw(name).u16(bytes.length).raw(bytes);
    }
    const length = this.size - at - 2;
    if (length > 0xffff) {
      throw invalid(`metadata or details have ${length} bytes, more than 65,535`);
    }
    this.view.setUint16(at, length);
    return this;
  }

  done() {
    return this.bytes.subarray(0, this.size);
  }
}

/** Reads a frame. What is behind its end throws a RangeError. */
class Reader {
  constructor(buffer) {
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.at = 0;
  }

  u8() {
    return this.view.getUint8(this.at++);
  }

  u16() {
    this.at += 2;
    return this.view.getUint16(this.at - 2);
  }

  u32() {
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  raw(length) {
    if (this.at + length > this.bytes.length) {
      throw new RangeError("the frame ends in the middle of a field");
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  string(length) {
    return decoder.decode(this.raw(length));
  }

  text() {
    return this.string(this.u16());
  }

  /** Metadata: texts, or bytes if the key says so; an array of them if the key is there several times. */
  metadata() {
    const values = new Map();
    this.entries((key) => {
      const value = key.endsWith(BINARY) ? this.raw(this.u16()).slice() : this.text();
      values.has(key) ? values.get(key).push(value) : values.set(key, [value]);
    });
    // Not by assignment: a key may be called __proto__.
    return Object.fromEntries([...values].map(([key, all]) => [key, all.length === 1 ? all[0] : all]));
  }

  /** The details of a failure: texts, whatever their keys. */
  details() {
    const details = [];
    this.entries((key) => details.push([key, this.text()]));
    return Object.fromEntries(details);
  }

  /** Has the value of each entry read. */
  entries(read) {
    const end = this.u16() + this.at;
    while (this.at < end) {
      read(this.string(this.u8()));
    }
  }

  value(encoding) {
    const rest = this.string(this.bytes.length - this.at);
    if (encoding === NONE && rest === "") {
      return undefined;
    }
    if (encoding !== JSON_VALUE) {
      throw new RpcError("UNIMPLEMENTED", "this side reads JSON only");
    }
    return parseJson(rest);
  }
}

// ---------------------------------------------------------------- values

/** What can't be carried as it is. */
function unfit(what) {
  return new TypeError(`JSON can't carry ${what}`);
}

/**
 * Writes a value in JSON.
 *
 * @param code what it fails with if the value can't be carried
 */
function toJson(value, code, what, notStarted = false) {
  try {
    return typeof value === "string" ? JSON.stringify(value) : stringify(value);
  } catch (e) {
    throw new RpcError(code, `${what}: ${e.message}`, { notStarted, cause: e });
  }
}

/** A text that stands for nothing else. */
function newMark() {
  return `${Math.random()}:${Math.random()}:`;
}

/** As JSON.stringify, but as Java reads it; what would arrive as something else is refused. */
function stringify(value) {
  let mark = null; // of texts that are integers
  const json = JSON.stringify(value, function (key, short) {
    const original = this[key]; // without toJSON, which dates, buffers and some users' integers have
    const isElement = Array.isArray(this) || original === value;
    if (typeof original === "bigint") {
      mark ??= newMark();
      return mark + original;
    }
    if (original instanceof ArrayBuffer) {
      return base64(new Uint8Array(original));
    }
    if (ArrayBuffer.isView(original)) {
      const isBytes = original instanceof Uint8Array || original instanceof DataView;
      return isBytes
        ? base64(new Uint8Array(original.buffer, original.byteOffset, original.byteLength))
        : Array.from(original);
    }
    if (original instanceof Date && Number.isNaN(original.getTime())) {
      throw unfit("a date that is none");
    }
    switch (typeof short) {
      case "number":
        return numberToJson(short);
      case "function":
      case "symbol":
        if (isElement) {
          throw unfit(`a ${typeof short}`);
        }
        return undefined; // a property, as JSON.stringify has it
      case "object":
        if (short !== null && !CARRIED.has(Object.prototype.toString.call(short))) {
          throw unfit(`a ${Object.prototype.toString.call(short).slice(8, -1)}`);
        }
        return short;
      default:
        return short;
    }
  });
  return mark === null ? json : json.replaceAll(new RegExp(`"${mark.replaceAll(".", "\\.")}(-?\\d+)"`, "g"), "$1");
}

/** Objects that are carried: as their properties, their elements, or what is in them. */
const CARRIED = new Set(["Object", "Array", "String", "Number", "Boolean", "Date"].map((it) => `[object ${it}]`));

function numberToJson(number) {
  if (!Number.isFinite(number)) {
    return String(number); // as Java writes and reads it
  }
  if (Number.isInteger(number) && !Number.isSafeInteger(number) && Math.abs(number) <= 2 ** 64) {
    throw unfit(`${number} exactly, which may be a neighbour of what was meant: give it as a BigInt`);
  }
  return number;
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON. Integers that a number can't hold exactly are a BigInt. */
function parseJson(text) {
  if (!/\d{16}/.test(text)) {
    return JSON.parse(text);
  }
  let mark = newMark();
  while (text.includes(mark)) {
    mark = newMark();
  }
  let found = false;
  const marked = text.replaceAll(TEXT_OR_NUMBER, (token) => {
    if (token.length < 16 || !/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token))) {
      return token;
    }
    found = true;
    return `"${mark}${token}"`;
  });
  return found
    ? JSON.parse(marked, (key, value) =>
        typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value)
    : JSON.parse(text);
}

function writeValue(writer, json) {
  return json === undefined ? writer : writer.raw(encoder.encode(json));
}

/** A stream that comes: as much of it as the window has room for, and more as it is read. */
class ItemReader {
  constructor({ items, bytes }, grant, cancel) {
    this.room = { items, bytes };
    this.window = { items, bytes };
    this.taken = { items: 0, bytes: 0 }; // since credit was given
    this.grant = grant;
    this.cancel = cancel;
    this.queue = [];
    this.waiting = []; // who waits for an item
    this.over = false; // no more will come
    this.error = null;
  }

  /** An item has come; returns false if there was no room for it. */
  receive(frame) {
    if (this.over) {
      return true; // nobody wants it any more
    }
    if (this.room.items <= 0 || this.room.bytes <= 0) {
      return false;
    }
    const size = frame.bytes.length - HEADER - 1;
    this.room.items--;
    this.room.bytes -= size;
    this.queue.push({ size, read: () => frame.value(frame.u8()) });
    this.serve();
    return true;
  }

  /** The last, if it is one value that comes with the response, and the end. */
  finish(value) {
    if (!this.over && value !== undefined) {
      this.queue.push({ size: 0, read: () => value });
    }
    this.end(null);
  }

  /** Nothing will come behind what is there. */
  end(error) {
    if (!this.over) {
      this.over = true;
      this.error = error;
      this.serve();
    }
  }

  serve() {
    while (this.waiting.length > 0 && (this.queue.length > 0 || this.over)) {
      const { resolve, reject } = this.waiting.shift();
      try {
        resolve(this.take());
      } catch (e) {
        reject(e);
      }
    }
  }

  take() {
    if (this.queue.length === 0) {
      const error = this.error;
      this.error = null; // thrown once, as generators do
      if (error !== null) {
        throw error;
      }
      return { done: true, value: undefined };
    }
    const { size, read } = this.queue.shift();
    this.taken.items++;
    this.taken.bytes += size;
    if (!this.over && (this.taken.items * 2 >= this.window.items || this.taken.bytes * 2 >= this.window.bytes)) {
      const { items, bytes } = this.taken;
      this.room.items += items;
      this.room.bytes += bytes;
      this.taken = { items: 0, bytes: 0 };
      this.grant(items, bytes);
    }
    try {
      return { done: false, value: read() };
    } catch (e) {
      this.close();
      throw new RpcError("INTERNAL", `an item of a stream is not well-formed: ${e.message}`, { cause: e });
    }
  }

  close() {
    this.queue.length = 0;
    if (!this.over) {
      this.end(null);
      this.cancel();
    }
    this.error = null;
  }

  next() {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.serve();
    });
  }

  async return(value) {
    this.close();
    return { done: true, value };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

/** The iterator of what is to be sent as a stream. */
function iteratorOf(items) {
  const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]?.();
  if (iterator === undefined) {
    throw new RpcError("INVALID_ARGUMENT", "items are neither an iterable nor an async one", { notStarted: true });
  }
  return iterator;
}

/** Sends a stream, as much of it as the other side has room for. */
class ItemWriter {
  constructor(connection, id, ofResults, iterator) {
    this.connection = connection;
    this.id = id;
    this.flags = ofResults ? OF_RESULTS : 0;
    this.iterator = iterator;
    this.room = { ...(connection.serverWindow ?? { items: 0, bytes: 0 }) };
    this.error = null;
    this.wake = () => {};
  }

  /** There is more room; returns false if there is more than there can be. */
  credit(items, bytes) {
    this.room.items += items;
    this.room.bytes += bytes;
    this.wake();
    return this.room.items <= 0x7fffffff && this.room.bytes <= 0x7fffffff;
  }

  /** Sends nothing more. */
  end(error) {
    this.error ??= error;
    this.wake();
    // What is waited for may never come; a generator runs its finally blocks.
    Promise.resolve(this.iterator.return?.()).catch(() => {});
  }

  /** Sends all items; fails if that is ended before. */
  async send() {
    try {
      for (let next = await this.next(); !next.done; next = await this.next()) {
        const code = this.flags === OF_RESULTS ? "INTERNAL" : "INVALID_ARGUMENT";
        const json = next.value === null ? undefined : toJson(next.value, code, "an item of a stream");
        if (json === undefined) {
          throw new RpcError("INVALID_ARGUMENT", "an item of a stream is never null or undefined");
        }
        await this.awaitRoom();
        const frame = new Writer(STREAM_ITEM, this.flags, this.id).u8(JSON_VALUE);
        const before = frame.size;
        writeValue(frame, json);
        this.connection.check(frame, "an item");
        this.connection.send(frame);
        this.room.items--;
        this.room.bytes -= frame.size - before;
      }
    } catch (e) {
      this.end(e);
      throw e;
    }
  }

  async next() {
    const next = await this.iterator.next();
    this.throwIfEnded();
    return next;
  }

  async awaitRoom() {
    while (this.error === null && (this.room.items <= 0 || this.room.bytes <= 0)) {
      await new Promise((resolve) => { this.wake = resolve; });
    }
    this.throwIfEnded();
  }

  throwIfEnded() {
    if (this.error !== null) {
      throw this.error;
    }
  }
}

/** One WebSocket, the calls on it, and whom they are for. */
class Connection {
  constructor(url, options, events) {
    this.options = options;
    this.events = events;
    this.ready = false; // both sides have said hello
    this.draining = false; // the server takes no more calls
    this.ended = false;
    this.lastId = 0;
    this.pending = new Map(); // id -> call, of calls of this side
    this.running = new Map(); // id -> what a call of the server has: abort; reader and writer if it has streams
    this.serverMaxFrame = Infinity;
    this.serverMaxCalls = Infinity;
    this.serverWindow = null; // null: it knows nothing of streams
    this.goodbye = null;
    this.readyAt = Infinity;
    this.hasAnswered = false;
    this.heard = false; // anything since the last ping
    this.socket = new options.WebSocket(url, options.protocols);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.hello();
    this.socket.onmessage = (event) => this.receive(event.data);
    this.socket.onclose = (event) => this.end(event.reason || `code ${event.code}`);
    this.socket.onerror = () => {}; // a close follows
    this.patience = setTimeout(() => this.abort("the server has not said hello in time"), options.connectTimeout);
  }

  /** Whether it was worth being made: it has answered a call, or has lasted for a while. */
  get isOfUse() {
    return this.hasAnswered || Date.now() - this.readyAt >= A_WHILE;
  }

  hello() {
    const hello = new Writer(HELLO, 0, 0).u32(MAGIC).u8(VERSION).u8(VERSION);
    hello.u16(MAX_FRAME).u16(4).u32(this.options.maxFrame);
    hello.u16(MAX_CALLS).u16(4).u32(this.options.maxRunningCalls);
    const { items, bytes } = this.options.streamWindow;
    hello.u16(WINDOW).u16(8).u32(items).u32(bytes);
    const greeting = new Writer(0, 0, 0).metadata(this.options.greeting).done().subarray(HEADER);
    this.send(hello.u16(GREETING).u16(greeting.length).raw(greeting));
  }

  send(writer) {
    this.socket.send(writer.done());
  }

  receive(data) {
    try {
      this.receiveFrame(data);
    } catch (e) {
      this.abort(`a frame of the server is not well-formed: ${e.message}`);
    }
  }

  receiveFrame(data) {
    if (this.ended) {
      return;
    }
    this.heard = true;
    if (!(data instanceof ArrayBuffer) || data.byteLength < HEADER) {
      this.abort("the server doesn't speak this protocol");
      return;
    }
    const frame = new Reader(data);
    const type = frame.u8();
    const flags = frame.u8();
    const id = frame.u32();
    if (!this.ready && type !== HELLO && type !== GO_AWAY) {
      this.abort("the server doesn't say hello first");
      return;
    }
    switch (type) {
      case HELLO: return this.receiveHello(frame);
      case REQUEST: return void this.receiveRequest(frame, flags, id);
      case RESPONSE: return this.receiveResponse(frame, flags, id);
      case CANCEL: return this.running.get(id)?.cancel();
      case STREAM_ITEM: return this.receiveItem(frame, flags, id);
      case STREAM_END: return this.running.get(id)?.reader?.end(null);
      case CREDIT: return this.receiveCredit(frame, flags, id);
      case PING: return this.send(new Writer(PONG, 0, id));
      case GO_AWAY: return this.receiveGoAway(frame);
      default: // a pong, or something newer than this: that it came is all there is to it
    }
  }

  receiveHello(frame) {
    try {
      if (frame.u32() !== MAGIC) {
        throw new RangeError("its first frame doesn't begin with GNRP");
      }
      const lowest = frame.u8();
      const highest = frame.u8();
      if (lowest > VERSION || highest < VERSION) {
        this.abort(`this side speaks version ${VERSION} of the protocol, the server ${lowest} to ${highest}`);
        return;
      }
      while (frame.at < frame.bytes.length) {
        const field = frame.u16();
        const length = frame.u16();
        const next = frame.at + length;
        if (field === MAX_FRAME) {
          this.serverMaxFrame = frame.u32();
        } else if (field === MAX_CALLS) {
          this.serverMaxCalls = frame.u32();
        } else if (field === WINDOW) {
          this.serverWindow = { items: frame.u32(), bytes: frame.u32() };
        }
        frame.at = next;
      }
    } catch (e) {
      this.abort(`the server's hello is not well-formed: ${e.message}`);
      return;
    }
    clearTimeout(this.patience);
    this.ready = true;
    this.readyAt = Date.now();
    if (this.options.heartbeat > 0) {
      this.pulse = setInterval(() => this.beat(), this.options.heartbeat);
      this.heard = true;
    }
    this.events.ready(this);
  }

  beat() {
    if (!this.heard) {
      this.abort("the server is silent");
      return;
    }
    this.heard = false;
    this.send(new Writer(PING, 0, 0));
  }

  receiveGoAway(frame) {
    const reason = frame.u8();
    this.goodbye = frame.text();
    this.draining = true;
    if (reason === DRAINING && this.ready) {
      this.send(new Writer(LAST_CALL, 0, 0));
    }
    // The server ends the connection. Should it not do so, this side does.
    this.farewell ??= setTimeout(() => this.closeAfterCalls(), FAREWELL);
    this.events.draining(this);
  }

  /** What is for no stream is ignored: it may have been on its way when that ended. */
  receiveItem(frame, flags, id) {
    const call = (flags & OF_RESULTS) !== 0 ? this.pending.get(id) : this.running.get(id);
    if (call?.reader && !call.reader.receive(frame)) {
      call.violated("the other side has sent more of a stream than there is room for");
    }
  }

  receiveCredit(frame, flags, id) {
    const call = (flags & OF_RESULTS) !== 0 ? this.running.get(id) : this.pending.get(id);
    if (call?.writer && frame.bytes.length >= HEADER + 8 && !call.writer.credit(frame.u32(), frame.u32())) {
      call.violated("the other side has allowed more of a stream than there can be");
    }
  }

  grant(id, ofResults, items, bytes) {
    if (!this.ended) {
      this.send(new Writer(CREDIT, ofResults ? OF_RESULTS : 0, id).u32(items).u32(bytes));
    }
  }

  /** Whether a frame is small enough for the server. */
  check(frame, what) {
    if (frame.size > this.serverMaxFrame) {
      const why = `${what} has ${frame.size} bytes, the server takes ${this.serverMaxFrame}`;
      throw new RpcError("RESOURCE_EXHAUSTED", why);
    }
  }

  // ------------------------------------------------------------ calls of this side

  /** Sends a call; it ends with its response, its time, its signal or the connection. */
  call(method, argument, { timeout, metadata, signal, items, takesItems }, oneWay) {
    if ((items || takesItems) && this.serverWindow === null) {
      throw new RpcError("UNIMPLEMENTED", "the server knows nothing of streams", { notStarted: true });
    }
    if (this.pending.size >= this.serverMaxCalls) {
      const why = `${this.pending.size} calls wait for their response already, the server takes no more`;
      throw new RpcError("RESOURCE_EXHAUSTED", why, { notStarted: true });
    }
    const json = toJson(argument, "INVALID_ARGUMENT", `the argument of ${method}`, true);
    const id = oneWay ? 0 : this.nextId();
    const flags = (oneWay ? ONE_WAY : 0) | (items ? SENDS_ITEMS : 0) | (takesItems ? TAKES_ITEMS : 0);
    const request = new Writer(REQUEST, flags, id);
    request.u32(timeout === Infinity ? 0 : Math.max(1, Math.min(Math.ceil(timeout), 0xffffffff)));
    request.u8(json === undefined ? NONE : JSON_VALUE).text(method).metadata(metadata ?? {});
    writeValue(request, json);
    if (request.size > this.serverMaxFrame) {
      const why = `the call has ${request.size} bytes, the server takes ${this.serverMaxFrame}`;
      throw new RpcError("RESOURCE_EXHAUSTED", why, { notStarted: true });
    }
    const sent = items ? iteratorOf(items) : undefined;
    this.send(request);
    if (oneWay) {
      return undefined;
    }
    if (!takesItems) {
      return new Promise((resolve, reject) => {
        this.awaitEnd(id, method, timeout, signal, sent, { resolve, reject });
      });
    }
    const reader = new ItemReader(
      this.options.streamWindow,
      (count, bytes) => this.grant(id, true, count, bytes),
      () => this.pending.get(id)?.abandon(new RpcError("CANCELLED", `${method} was cancelled`)),
    );
    const resolve = (value) => reader.finish(value);
    const reject = (error) => reader.end(error);
    this.awaitEnd(id, method, timeout, signal, sent, { resolve, reject, reader });
    return reader;
  }

  nextId() {
    do {
      this.lastId = (this.lastId % 0xffffffff) + 1;
    } while (this.pending.has(this.lastId));
    return this.lastId;
  }

  /** Waits for the end of a call that has been sent, and sends its items meanwhile. */
  awaitEnd(id, method, timeout, signal, sent, { resolve, reject, reader }) {
    const abandon = (error) => {
      if (this.pending.get(id)?.end()) {
        this.send(new Writer(CANCEL, 0, id));
        reject(error);
      }
    };
    const aborted = () => abandon(new RpcError("CANCELLED", `${method} was cancelled`));
    const late = () => abandon(new RpcError("DEADLINE_EXCEEDED", `no response to ${method} in ${timeout} ms`));
    const timer = timeout === Infinity ? undefined : setTimeout(late, Math.min(timeout, 0x7fffffff));
    signal?.addEventListener("abort", aborted);
    const writer = sent ? new ItemWriter(this, id, false, sent) : undefined;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      const was = this.pending.delete(id);
      writer?.end(new RpcError("CANCELLED", `${method} has ended`));
      this.closeIfDone();
      return was;
    };
    const violated = (why) => abandon(new RpcError("INTERNAL", why));
    this.pending.set(id, { resolve, reject, end, abandon, violated, reader, writer });
    writer?.send().then(() => this.send(new Writer(STREAM_END, 0, id)), abandon);
  }

  receiveResponse(frame, flags, id) {
    const call = this.pending.get(id);
    if (!call?.end()) {
      return; // nobody waits for it any more
    }
    try {
      const code = frame.u8();
      const encoding = frame.u8();
      const metadata = frame.metadata();
      this.hasAnswered ||= (flags & NOT_STARTED) === 0;
      if (code === 0) {
        call.resolve(frame.value(encoding));
        return;
      }
      const message = frame.text();
      const remoteType = frame.text() || null;
      const notStarted = (flags & NOT_STARTED) !== 0;
      const details = frame.details();
      call.reject(new RpcError(CODES[code] ?? "UNKNOWN", message, { notStarted, remoteType, details, metadata }));
    } catch (e) {
      call.reject(new RpcError("INTERNAL", `the response is not well-formed: ${e.message}`, { cause: e }));
    }
  }

  // ------------------------------------------------------------ calls of the server

  async receiveRequest(frame, flags, id) {
    const oneWay = (flags & ONE_WAY) !== 0;
    const fail = (error, started) => {
      if (!oneWay && !this.ended) {
        this.send(failure(id, error, started));
      }
    };
    let call;
    try {
      call = this.readRequest(frame, flags, id, oneWay);
    } catch (e) {
      fail(e instanceof RpcError ? e : new RpcError("INVALID_ARGUMENT", e.message), false);
      return;
    }
    const abort = new AbortController();
    const timer = call.timeout === 0 ? undefined : setTimeout(() => abort.abort(), Math.min(call.timeout, 0x7fffffff));
    const key = oneWay ? abort : id; // those without a response have no id
    const reader = (flags & SENDS_ITEMS) === 0 ? undefined : new ItemReader(
      this.options.streamWindow,
      (count, bytes) => this.grant(id, false, count, bytes),
      () => {},
    );
    const running = { reader, writer: undefined };
    running.cancel = () => {
      const error = new RpcError("CANCELLED", `${call.method} was cancelled`);
      abort.abort();
      reader?.end(error);
      running.writer?.end(error);
    };
    running.violated = (why) => {
      const error = new RpcError("INVALID_ARGUMENT", why);
      reader?.end(error);
      running.writer?.end(error);
    };
    this.running.set(key, running);
    try {
      const context = { method: call.method, metadata: call.metadata, signal: abort.signal, items: reader };
      let result = await call.handler(call.argument, context);
      if (result?.[Symbol.asyncIterator] !== undefined) {
        running.writer = new ItemWriter(this, id, true, iteratorOf(result));
        if ((flags & TAKES_ITEMS) === 0) {
          const why = new RpcError("UNIMPLEMENTED", `${call.method} gives a stream, and the caller takes none`);
          running.writer.end(why);
          throw why;
        }
        if (abort.signal.aborted) {
          running.cancel();
        } else {
          await running.writer.send();
        }
        result = undefined;
      }
      if (!oneWay && !this.ended) {
        this.send(this.success(id, result));
      }
    } catch (e) {
      fail(e, true);
    } finally {
      clearTimeout(timer);
      this.running.delete(key);
      reader?.close();
      this.closeIfDone();
    }
  }

  readRequest(frame, flags, id, oneWay) {
    const timeout = frame.u32();
    const encoding = frame.u8();
    const method = frame.text();
    const metadata = frame.metadata();
    if (this.running.size >= this.options.maxRunningCalls) {
      throw new RpcError("RESOURCE_EXHAUSTED", `${this.running.size} calls run already (option maxRunningCalls)`);
    }
    if (oneWay && (flags & (SENDS_ITEMS | TAKES_ITEMS)) !== 0) {
      throw new RpcError("UNIMPLEMENTED", "a call without a response has no streams");
    }
    if (!oneWay && this.running.has(id)) {
      throw new RpcError("INVALID_ARGUMENT", "there is a call with this id already");
    }
    const slash = method.indexOf("/");
    const service = own(this.options.services, method.slice(0, slash));
    const name = method.slice(slash + 1);
    // Also what a class has, but nothing that every object has.
    const handler = service && name !== "constructor" && !(name in Object.prototype) ? service[name] : undefined;
    if (typeof handler !== "function") {
      throw new RpcError("UNIMPLEMENTED", `there is no ${method} here`);
    }
    const argument = frame.at === frame.bytes.length ? undefined : frame.value(encoding);
    return { timeout, method, metadata, handler: handler.bind(service), argument };
  }

  success(id, result) {
    const json = toJson(result, "INTERNAL", "the result");
    const response = new Writer(RESPONSE, 0, id).u8(0).u8(json === undefined ? NONE : JSON_VALUE).metadata({});
    writeValue(response, json);
    this.check(response, "the result");
    return response;
  }

  // ------------------------------------------------------------ the end

  /** Lets calls end, and closes then. */
  drain() {
    if (!this.draining) {
      this.draining = true;
      this.goodbye = "it was closed by this side";
      if (this.ready) {
        this.send(new Writer(GO_AWAY, 0, 0).u8(DRAINING).text("it is about to close"));
        this.send(new Writer(LAST_CALL, 0, 0));
      }
    }
    this.closeAfterCalls();
  }

  closeAfterCalls() {
    this.closing = true;
    this.closeIfDone();
  }

  closeIfDone() {
    if (this.closing && this.pending.size === 0 && this.running.size === 0) {
      this.socket.close(1000);
    }
  }

  /** Doesn't wait for the other side, which may be gone. */
  abort(why) {
    this.goodbye = why;
    this.socket.close();
    this.end(why);
  }

  end(why) {
    if (this.ended) {
      return;
    }
    this.ended = true;
    clearTimeout(this.patience);
    clearTimeout(this.farewell);
    clearInterval(this.pulse);
    const reason = this.goodbye ?? why;
    for (const call of [...this.pending.values()]) {
      call.end();
      call.reject(new RpcError("UNAVAILABLE", `the connection has ended (${reason}); the call may have been handled`));
    }
    for (const running of [...this.running.values()]) {
      running.cancel();
    }
    this.events.ended(this, reason);
  }
}

function own(object, key) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function failure(id, error, started) {
  const told = error instanceof RpcError;
  const code = told ? CODES.indexOf(error.code) : -1;
  const message = told ? error.message.slice(error.code.length + 2) : String(error?.message ?? error);
  const type = told ? "" : String(error?.name ?? "");
  const write = (message, details) =>
    new Writer(RESPONSE, started ? 0 : NOT_STARTED, id)
      .u8(code > 0 ? code : CODES.indexOf("UNKNOWN"))
      .u8(NONE)
      .metadata({})
      .text(message.slice(0, MAX_TEXT))
      .text(type.slice(0, MAX_TEXT))
      .details(details);
  try {
    return write(message, told ? error.details : {});
  } catch (e) {
    return write(`${message.slice(0, MAX_TEXT / 2)} (details left out: ${e.message})`, {});
  }
}

const DEFAULTS = {
  services: {},
  greeting: {},
  timeout: 10_000,
  connectTimeout: 10_000,
  heartbeat: 30_000,
  reconnect: true,
  minBackoff: 100,
  maxBackoff: 5_000, // less than a call waits by default
  maxFrame: 4 * 1024 * 1024,
  maxRunningCalls: 1024,
  streamWindow: { items: 256, bytes: 256 * 1024 },
  protocols: [],
  onConnect: () => {},
  onDisconnect: () => {},
};

/** A connection to a server that comes back when it is lost. */
export class RpcClient {
  #url;
  #options;
  #current = null; // the connection that new calls are made on, ready or not
  #leaving = null; // the one before, while it goes on because of its calls
  #connections = new Set();
  #waiting = new Set(); // who waits for a connection
  #attempts = 0;
  #timer;
  #closed = false;

  constructor(url, options = {}) {
    this.#url = url;
    this.#options = { ...DEFAULTS, WebSocket: globalThis.WebSocket, ...options };
    if (this.#options.WebSocket === undefined) {
      throw new TypeError("there is no WebSocket here: give a class as the option WebSocket");
    }
    new Writer(0, 0, 0).metadata(this.#options.greeting); // refused here, where it is heard, not when it is sent
    this.#connect();
  }

  get isConnected() {
    return this.#current !== null && this.#current.ready && !this.#current.draining;
  }

  /**
   * Calls a method that gives a stream: an async iterator of its items. Leaving a loop over it cancels the call. With
   * the option items, an iterable or an async one, a stream is sent at the same time; call() takes that, too.
   */
  stream(method, argument, options = {}) {
    const opening = this.#send(method, argument, { ...options, takesItems: true }, false);
    opening.catch(() => {}); // whoever reads is told
    return {
      next: async () => (await opening).next(),
      return: async (value) => (await opening).return(value),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Calls a method, as "Service/method", with one value: an array if it has several parameters. */
  async call(method, argument, options = {}) {
    return this.#send(method, argument, options, false);
  }

  /** Calls a method without waiting for an answer: resolves when the call has been sent. */
  async callOneWay(method, argument, options = {}) {
    await this.#send(method, argument, options, true);
  }

  /**
   * An object whose methods are those of a service, with its parameters. Those that the option streams names give a
   * stream, as an async iterator; a parameter that is an async iterable is sent as a stream.
   */
  service(name, { streams = [], ...options } = {}) {
    const giveStreams = new Set(streams);
    const text = () => `service ${name} of ${this.#url}`;
    const method = (method) => (...parameters) => {
      const sent = parameters.filter((it) => it?.[Symbol.asyncIterator] !== undefined);
      const others = parameters.filter((it) => !sent.includes(it));
      if (sent.length > 1) {
        throw new RpcError("INVALID_ARGUMENT", "a call sends one stream at most", { notStarted: true });
      }
      const path = `${name}/${method}`;
      const argument = others.length > 1 ? others : others[0];
      const all = sent.length === 0 ? options : { ...options, items: sent[0] };
      return giveStreams.has(method) ? this.stream(path, argument, all) : this.call(path, argument, all);
    };
    return new Proxy(Object.create(null), {
      get: (target, key) => {
        if (key === "toString" || key === Symbol.toPrimitive) {
          return text;
        }
        return typeof key === "string" && !NO_METHODS.has(key) ? method(key) : undefined;
      },
    });
  }

  /** Lets running calls end, and doesn't come back. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#fail(new RpcError("UNAVAILABLE", "the client is closed", { notStarted: true }));
    for (const connection of [...this.#connections]) {
      connection.ready ? connection.drain() : connection.abort("the client is closed");
    }
  }

  async #send(method, argument, options, oneWay) {
    const { items, takesItems } = options;
    const patience = time(options.timeout ?? this.#options.timeout);
    // A stream may go on for as long as both sides like.
    const timeout = options.timeout == null && (items || takesItems) ? Infinity : patience;
    const began = Date.now();
    const signal = options.signal;
    if (signal?.aborted) {
      throw new RpcError("CANCELLED", `${method} was cancelled`, { notStarted: true });
    }
    const connection = this.isConnected ? this.#current : await this.#connected(method, patience, signal);
    const left = timeout - (Date.now() - began);
    const sent = { timeout: left, metadata: options.metadata, signal, items, takesItems };
    return connection.call(method, argument, sent, oneWay);
  }

  #connected(method, timeout, signal) {
    if (this.#closed) {
      return Promise.reject(new RpcError("UNAVAILABLE", "the client is closed", { notStarted: true }));
    }
    return new Promise((resolve, reject) => {
      const give = (code, why) => waiter.reject(new RpcError(code, why, { notStarted: true }));
      const late = () => give("UNAVAILABLE", `no connection to ${this.#url} in ${timeout} ms`);
      const aborted = () => give("CANCELLED", `${method} was cancelled`);
      const timer = timeout === Infinity ? undefined : setTimeout(late, Math.min(timeout, 0x7fffffff));
      const leave = (end) => (value) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
        this.#waiting.delete(waiter);
        end(value);
      };
      const waiter = { resolve: leave(resolve), reject: leave(reject) };
      signal?.addEventListener("abort", aborted);
      this.#waiting.add(waiter);
    });
  }

  #fail(error) {
    for (const waiter of [...this.#waiting]) {
      waiter.reject(error);
    }
  }

  #connect() {
    const connection = new Connection(this.#url, this.#options, {
      ready: (ready) => this.#ready(ready),
      draining: (leaving) => this.#lost(leaving, leaving.goodbye),
      ended: (ended, reason) => {
        this.#connections.delete(ended);
        if (ended === this.#leaving) {
          this.#left(ended);
        }
        this.#lost(ended, reason);
      },
    });
    this.#current = connection;
    this.#connections.add(connection);
  }

  #ready(connection) {
    if (connection !== this.#current) {
      return; // it was sent away meanwhile
    }
    for (const waiter of [...this.#waiting]) {
      waiter.resolve(connection);
    }
    this.#options.onConnect(this);
  }

  /** New calls go to the next connection. */
  #lost(connection, reason) {
    if (connection !== this.#current) {
      return;
    }
    this.#current = null;
    this.#options.onDisconnect(reason);
    if (this.#closed) {
      return;
    }
    if (!this.#options.reconnect) {
      this.#closed = true;
      this.#fail(new RpcError("UNAVAILABLE", `no connection to ${this.#url}: ${reason}`, { notStarted: true }));
      return;
    }
    if (connection.isOfUse) {
      this.#attempts = 0;
    }
    if (!connection.ended) {
      this.#leaving = connection;
      if (connection.isOfUse) {
        this.#connect(); // beside it
        return;
      }
    }
    this.#connectLater();
  }

  #connectLater() {
    // Full jitter: clients that were lost together don't come back together.
    const { minBackoff, maxBackoff } = this.#options;
    const delay = Math.random() * Math.min(maxBackoff, minBackoff * 2 ** Math.min(this.#attempts++, 30));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, delay);
  }

  /** The connection of a server that has said goodbye has ended: it may have made room for another server. */
  #left(connection) {
    this.#leaving = null;
    if (connection.isOfUse && !this.isConnected) {
      this.#attempts = 0;
      if (this.#timer !== undefined && !this.#closed) {
        clearTimeout(this.#timer);
        this.#connectLater();
      }
    }
  }
}

/** A number of milliseconds; 0 and Infinity for no limit. */
function time(millis) {
  if (typeof millis !== "number" || !(millis >= 0)) {
    throw new RpcError("INVALID_ARGUMENT", `a timeout is a number of milliseconds, 0 for none: ${millis}`, {
      notStarted: true,
    });
  }
  return millis === 0 ? Infinity : millis;
}
