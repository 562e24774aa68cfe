package io.gannet.rpc;

/** The protocols that calls can be made in. Both sides of a connection must use the same. */
public enum RpcWire {

  /** Gannet's own, described in {@code docs/wire-protocol.md}. */
  GANNET,

  /**
   * That of getty's RPC (github.com/AlexStocks/getty), to talk to programs written with it. It has no
   * metadata, deadlines, cancelling, streams, drain or codes of failures: deadlines count on the caller's side
   * only, and whoever fails is {@link RpcCode#UNKNOWN}. Arguments and results have at most 65,535 bytes; a
   * call with more fails before it is sent.
   */
  GETTY
}
