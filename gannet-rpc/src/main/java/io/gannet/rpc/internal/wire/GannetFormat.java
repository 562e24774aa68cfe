package io.gannet.rpc.internal.wire;

/** The numbers of Gannet's own protocol, described in docs/wire-protocol.md. */
final class GannetFormat {

  private GannetFormat() {}

  static final int HELLO = 0x01;

  /** The index of the type on a stream, behind the length. */
  static final int TYPE_AT = 4;

  static final int REQUEST = 0x02;
  static final int RESPONSE = 0x03;
  static final int CANCEL = 0x04;
  static final int STREAM_ITEM = 0x05;
  static final int STREAM_END = 0x06;
  static final int CREDIT = 0x07;
  static final int PING = 0x08;
  static final int PONG = 0x09;
  static final int GO_AWAY = 0x0A;
  static final int LAST_CALL = 0x0B;
  static final int REPLY_BEGINS = 0x0C;

  /** On a request, response or item: the payload is compressed. */
  static final int COMPRESSED = 0x01;

  /** On a request: no response. */
  static final int ONE_WAY = 0x02;

  /** On a request: argument items follow. */
  static final int SENDS_ITEMS = 0x04;

  /** On a request: the result may be sent as items. */
  static final int TAKES_ITEMS = 0x08;

  /** On an item or a credit: it belongs to the result, not to the arguments. */
  static final int OF_RESULTS = 0x02;

  /** On a response: the handler didn't run. */
  static final int NOT_STARTED = 0x02;

  static final int MAGIC = 0x474E5250; // GNRP

  static final int FIELD_MAX_FRAME = 1;
  static final int FIELD_MAX_CALLS = 2;
  static final int FIELD_GREETING = 3;
  static final int FIELD_COMPRESSION = 4;
  static final int FIELD_WINDOW = 5;

  /** The number of raw DEFLATE. */
  static final int DEFLATE = 1;

  /** The size of each frame's type, flags and id in bytes. */
  static final int HEADER = 6;

  /** The longest service and method together, in bytes. */
  static final int MAX_METHOD = 1024;

  static final long UINT32 = 0xFFFF_FFFFL;
}
