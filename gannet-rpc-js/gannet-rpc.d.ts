/** The names of what may have gone wrong, as gRPC has them. */
export type Code =
  | "CANCELLED" | "UNKNOWN" | "INVALID_ARGUMENT" | "DEADLINE_EXCEEDED" | "NOT_FOUND" | "ALREADY_EXISTS"
  | "PERMISSION_DENIED" | "RESOURCE_EXHAUSTED" | "FAILED_PRECONDITION" | "ABORTED" | "OUT_OF_RANGE"
  | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS" | "UNAUTHENTICATED";

/**
 * What goes along with a call, a failure or a connection, by keys: 1 to 128 lower-case letters, digits, and the
 * characters - _ . Values are texts; those of keys that end with -bin are bytes. A key that is there several times has
 * an array of its values, in their order. Anything else is refused with INVALID_ARGUMENT before it is sent.
 */
export type Metadata = Record<string, string | Uint8Array | readonly string[] | readonly Uint8Array[]>;

/** Why a call has failed. A handler that throws one decides what its caller sees. */
export class RpcError extends Error {
  constructor(
    code: Code,
    message: string,
    options?: {
      notStarted?: boolean;
      remoteType?: string | null;
      details?: Record<string, string>;
      metadata?: Metadata;
      cause?: unknown;
    },
  );
  readonly code: Code;
  /** Whether the call was certainly not handled, so that it can be made again. */
  readonly notStarted: boolean;
  /** The type of the exception that the handler has thrown, if it told. */
  readonly remoteType: string | null;
  readonly details: Record<string, string>;
  /** What came along with the failure. */
  readonly metadata: Metadata;
}

/** What a handler learns of the call it handles. */
export interface CallContext {
  /** "Service/method" */
  readonly method: string;
  readonly metadata: Metadata;
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** What the caller sends, if it sends a stream; the caller is held back while it isn't read. */
  readonly items?: AsyncIterableIterator<any>;
}

/**
 * Handles a call of the server.
 *
 * @param argument the value of the parameter; an array if the method has several; undefined if it has none
 * @returns the result or a promise of it; an async iterable for a method that gives a stream
 */
export type Handler = (argument: any, context: CallContext) => unknown;

export interface CallOptions {
  /**
   * Milliseconds until the call fails with DEADLINE_EXCEEDED, waiting for a connection included; 0 or Infinity for no
   * limit. A negative one is refused.
   */
  timeout?: number;
  metadata?: Metadata;
  /** Cancels the call, also at the server. */
  signal?: AbortSignal;
  /** What to send as a stream, for a method that takes one; none of them null. Such a call has no timeout by default. */
  items?: Iterable<unknown> | AsyncIterable<unknown>;
}

export interface ServiceOptions extends CallOptions {
  /** The methods that give a stream: they return an AsyncIterableIterator instead of a promise. */
  streams?: readonly string[];
}

/** As much of a WebSocket as is needed here: what browsers and Node.js have, and the class of the package ws. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

export interface ClientOptions {
  /** What the server may call: methods of objects by the name of the service. */
  services?: Record<string, Record<string, Handler> | object>;
  /** Said to the server at the start of each connection: who this is, say. */
  greeting?: Metadata;
  /** Milliseconds, for calls that don't say; 0 or Infinity for no limit; 10,000. */
  timeout?: number;
  /** Milliseconds for connecting, until both have said hello; 10,000. */
  connectTimeout?: number;
  /** Milliseconds between two looks whether the server is there; 0 for none; 30,000. */
  heartbeat?: number;
  /** Whether to come back when the connection is lost; true. */
  reconnect?: boolean;
  /**
   * Milliseconds to wait before the first attempt to come back, at most; 100. Doubled each time until a connection has
   * answered a call, or has lasted for a second.
   */
  minBackoff?: number;
  /**
   * Milliseconds to wait before any attempt to come back, at most; 5,000. A call whose timeout is shorter may miss a
   * server that is there again.
   */
  maxBackoff?: number;
  /** The largest frame that the server may send, in bytes; 4 MiB. */
  maxFrame?: number;
  /** How many calls of the server may run at a time; 1,024. */
  maxRunningCalls?: number;
  /** How much of each stream that comes may wait to be read; 256 items and 256 KiB. */
  streamWindow?: { items: number; bytes: number };
  /** WebSocket subprotocols. */
  protocols?: string[];
  /** A class to use instead of the global WebSocket. */
  WebSocket?: new (url: string | URL, protocols?: string | string[]) => WebSocketLike;
  /** Called each time that there is a connection: the moment to register again with the server. */
  onConnect?: (client: RpcClient) => void;
  /** Called each time that there is none any more. */
  onDisconnect?: (reason: string) => void;
}

/**
 * A connection to a server, which comes back when it is lost. If the server says that it is about to stop, the next
 * connection is opened at once, and the old one goes on beside it until its calls have ended.
 *
 * Values are carried in JSON. Integers beyond 2^53 are a bigint in both directions, and refused as a number. Uint8Array,
 * ArrayBuffer and DataView are sent in Base64, as Java's byte[] is, which comes as a text; other typed arrays are sent as
 * arrays. NaN and infinities are sent as texts, which Java reads as numbers, and come as such. What JSON can't carry is
 * refused with INVALID_ARGUMENT: Map, Set, functions, invalid dates and the like.
 */
export class RpcClient {
  /**
   * Connects at once; calls wait for it.
   *
   * @throws RpcError INVALID_ARGUMENT if the greeting is no metadata
   */
  constructor(url: string | URL, options?: ClientOptions);

  /** Whether calls can be made without waiting for a connection. */
  readonly isConnected: boolean;

  /**
   * Calls a method.
   *
   * @param method "Service/method"
   * @param argument the parameter; an array if the method has several
   * @throws RpcError
   */
  call<R = any>(method: string, argument?: unknown, options?: CallOptions): Promise<R>;

  /**
   * Calls a method that gives a stream, and reads it item by item. Leaving a loop over it cancels the call. There is
   * no timeout unless the options say one, which is then for the whole call. Every failure is thrown by the iterator.
   *
   * @param method "Service/method"
   * @param argument the parameter beside a stream; an array if the method has several
   */
  stream<R = any>(method: string, argument?: unknown, options?: CallOptions): AsyncIterableIterator<R>;

  /** Calls a method that gives no answer. Resolves when the call has been sent. */
  callOneWay(method: string, argument?: unknown, options?: CallOptions): Promise<void>;

  /**
   * An object whose methods are those of a service, with its parameters. Methods named in the option streams give a
   * stream. A parameter that is an async iterable is sent as a stream, and doesn't count among the others. Methods that
   * are called then, toJSON, toString, toLocaleString, valueOf, inspect or constructor are called with call().
   */
  service<S extends object = Record<string, (...parameters: any[]) => any>>(name: string, options?: ServiceOptions): S;

  /** Lets running calls end, takes no new ones, and doesn't come back. */
  close(): void;
}
