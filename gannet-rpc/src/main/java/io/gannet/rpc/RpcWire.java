package io.gannet.rpc;

/**
 * The wire protocols of calls. Both sides of a connection must use the same. A server may offer
 * several on one port.
 */
public enum RpcWire {

  /** Gannet's own protocol, described in {@code docs/wire-protocol.md}. */
  GANNET,

  /**
   * The protocol of getty's RPC (github.com/AlexStocks/getty), for programs that use it. It has no
   * metadata, deadlines, cancellation, streams, drains or failure codes. Therefore deadlines apply
   * only on the caller's side, and every failure is {@link RpcCode#UNKNOWN}. Arguments and results
   * have at most 65,535 bytes; a larger call fails before it is sent.
   */
  GETTY,

  /**
   * gRPC over HTTP/2, for programs in other languages, see {@code docs/grpc.md}. On TCP, TLS and
   * Unix sockets. Needs the artifact {@code gannet-grpc}. gRPC has no calls from a server to its
   * clients and no one-way calls: those fail with {@link RpcCode#UNIMPLEMENTED}.
   */
  GRPC,

  /**
   * Single calls over HTTP/1.1 and HTTP/2 with JSON or Protobuf, and streams over HTTP/2, for
   * {@code curl}, browsers and clients of Connect, see {@code docs/http.md}. For servers only, on
   * TCP, TLS and Unix sockets. Needs the artifact {@code gannet-grpc}. It has no streams over
   * HTTP/1.1 and no calls from a server to its clients: those fail with
   * {@link RpcCode#UNIMPLEMENTED}.
   */
  HTTP
}
