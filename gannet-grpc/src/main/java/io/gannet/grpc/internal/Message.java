package io.gannet.grpc.internal;

/**
 * The messages between the {@link GrpcCodec} and the {@link GrpcConnection}. They never leave the
 * process. Each begins with its kind (u8) and the id of its HTTP/2 stream (u32). The metadata is a
 * number of entries (u16), each {@code key length u8 | key | value length u16 | value}, in the form
 * of HTTP/2.
 */
final class Message {

  private Message() {}

  /** The size of kind and id in bytes. */
  static final int HEAD = 5;

  /** The size of the prefix of gRPC's messages, {@code compressed u8 | length u32}. */
  static final int PREFIX = 5;

  // ---------------------------------------------------------------- received

  /**
   * {@code flags u8 | encoding u8 | timeout in milliseconds u64 | path length u16 | path | metadata
   * | payload}.
   */
  static final int REQUEST = 1;

  /** {@code flags u8 | encoding u8 | payload}. */
  static final int ARGUMENT_ITEM = 2;

  /** No more items of the arguments follow. */
  static final int END = 3;

  /** The call's stream has been reset. */
  static final int CANCEL = 4;

  /** {@code items u32 | bytes u32} of the results may be sent. */
  static final int RESULT_CREDIT = 5;

  /** A call that can't be started: {@code code u8 | text}. */
  static final int MALFORMED = 6;

  /** No more calls follow. */
  static final int LAST_CALL = 7;

  // ---------------------------------------------------------------- sent

  /**
   * {@code code u8 | text length u16 | text | metadata}, and, without a failure and with a result,
   * its prefix and payload.
   */
  static final int RESPONSE = 16;

  /** {@code metadata}. */
  static final int REPLY_BEGINS = 17;

  /** {@code prefix | payload}. */
  static final int RESULT_ITEM = 18;

  /** {@code items u32 | bytes u32} of the arguments have been read. */
  static final int ARGUMENT_CREDIT = 19;

  /** {@code text}. */
  static final int GO_AWAY = 20;

  /** The session's heartbeat. */
  static final int PING = 21;

  // ---------------------------------------------------------------- flags

  static final int SENDS_ITEMS = 1;
  static final int TAKES_ITEMS = 2;
  static final int COMPRESSED = 4;

  /** The index of the flags in a received message. */
  static final int FLAGS_AT = HEAD;

  /** The index of the timeout in a {@link #REQUEST}. */
  static final int TIMEOUT_AT = HEAD + 2;
}
