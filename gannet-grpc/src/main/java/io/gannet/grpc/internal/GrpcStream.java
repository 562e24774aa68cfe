package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** The state of one call. Used on the connection's loop only. */
final class GrpcStream {

  final Http2Stream http2;
  final Payload.Encoding encoding;

  // ---------------------------------------------------------------- the request, by Requests

  /** Whether the caller sends items. */
  boolean sendsItems;

  /** Whether the caller takes items. */
  boolean takesItems;

  /** Whether messages may be compressed. */
  boolean gzip;

  /** When the headers arrived, by {@link System#nanoTime}. */
  final long begin = System.nanoTime();

  /** Whether the session will be told of the call when its message is complete. */
  boolean collecting;

  /** Whether the session has been told of the call. */
  boolean announced;

  /** Whether what the caller still sends is ignored. */
  boolean ignored;

  /** Whether the caller has sent everything. */
  boolean ended;

  /** The message that is being received, behind its beginning; null if there is none. */
  @Nullable ByteBuf message;

  /** How many bytes of the prefix have arrived. */
  int prefixBytes;

  /** The flag in the prefix: 1 if the message is compressed. */
  int messageFlag;

  /** The length in the prefix, as far as it has arrived. */
  long length;

  /** How many bytes of the message have arrived. */
  int received;

  /** Whether the message is complete. */
  boolean complete;

  /** The bytes that the caller has not been given back for the message. */
  int unreturned;

  /** The bytes of the {@link ReceiveMemory} that the message has. */
  int granted;

  /** What has arrived beyond the credit; null if there is nothing. */
  @Nullable ByteBuf backlog;

  /** How many items the session takes. */
  long itemCredit;

  /** How many bytes the session takes. */
  long byteCredit;

  // ---------------------------------------------------------------- the response, by Responses

  /** Whether the headers have been sent. */
  boolean begun;

  /** Whether the trailers have been sent. */
  boolean answered;

  /** The bytes that wait for the peer. */
  long waiting;

  /** The items and bytes that have been written, and that the session hasn't been told of. */
  int freedItems;

  long freedBytes;

  GrpcStream(Http2Stream http2, Payload.Encoding encoding) {
    this.http2 = http2;
    this.encoding = encoding;
  }

  int id() {
    return http2.id();
  }

  /** Releases what has been received. */
  void release() {
    ignored = true;
    if (message != null) {
      message.release();
      message = null;
    }
    if (backlog != null) {
      backlog.release();
      backlog = null;
    }
  }
}
