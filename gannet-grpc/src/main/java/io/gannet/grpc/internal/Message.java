package io.gannet.grpc.internal;

/**
 * The messages between a {@link GrpcCodec} and the {@link GrpcConnection}. They never leave the
 * process. Each begins with its kind (u8) and the id of its call (u32). The metadata is a number of
 * entries (u16), each {@code key length u8 | key | value length u16 | value}, in the form of
 * HTTP/2.
 *
 * <p>A <i>message</i> of gRPC is {@code prefix | payload} when it is sent, and without its prefix
 * when it has been received.
 */
final class Message {

  private Message() {}

  /** The size of kind and id in bytes. */
  static final int HEAD = 5;

  /** The size of the prefix of gRPC's messages, {@code compressed u8 | length u32}. */
  static final int PREFIX = 5;

  /**
   * A call: {@code flags u8 | encoding u8 | timeout in milliseconds u64 | path length u16 | path |
   * metadata}, and a message if the caller sends no stream.
   */
  static final int REQUEST = 1;

  /**
   * The end of a call. Sent by a server: {@code code u8 | text length u16 | text | metadata}, and a
   * message if there is a single result. Received by a client: {@code flags u8 | encoding u8 |
   * length u32}, a message of that length, {@code code u8 | not started u8 | text length u16 | text
   * | details length u16 | details | metadata}.
   */
  static final int RESPONSE = 2;

  /** {@code metadata} before the first item and the result. */
  static final int REPLY_BEGINS = 3;

  /** A message of a stream; when it has been received, {@code flags u8 | encoding u8 | payload}. */
  static final int ITEM = 4;

  /** No more items of the arguments follow. */
  static final int END = 5;

  /** The caller has given up the call. */
  static final int CANCEL = 6;

  /** {@code items u32 | bytes u32} of a stream may be sent, or have been read. */
  static final int CREDIT = 7;

  /**
   * A received call that can't be started: {@code code u8 | text length u16 | text}, and, if it is
   * known, what follows the kind and id of a {@link #REQUEST}.
   */
  static final int MALFORMED = 8;

  /** No more calls follow. */
  static final int LAST_CALL = 9;

  /** No more calls are accepted: {@code text}. */
  static final int GO_AWAY = 10;

  /** The session's heartbeat. */
  static final int PING = 11;

  // ---------------------------------------------------------------- flags

  /** The arguments are a stream. */
  static final int ARGUMENT_STREAM = 1;

  /** The results are a stream. */
  static final int RESULT_STREAM = 2;

  /** The received message is compressed. */
  static final int COMPRESSED = 4;

  /** There is a result. */
  static final int VALUE = 8;

  /** The index of the flags in a received message. */
  static final int FLAGS_AT = HEAD;

  /** The index of the timeout in a {@link #REQUEST}. */
  static final int TIMEOUT_AT = HEAD + 2;

  /** The index of the length in a received {@link #RESPONSE}. */
  static final int LENGTH_AT = HEAD + 2;
}
