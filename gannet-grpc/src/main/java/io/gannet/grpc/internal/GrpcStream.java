package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The state of one call. Used on the connection's loop only. */
final class GrpcStream {

  final Http2Stream http2;

  /** The id of the call for the session. */
  final int call;

  /** The encoding of the messages. */
  Payload.Encoding encoding;

  // ---------------------------------------------------------------- receiving

  /** Whether the peer sends items. */
  boolean receivesItems;

  /** Whether received messages may be compressed. */
  boolean gzip;

  /** Whether what the peer still sends is ignored. */
  boolean ignored;

  /** Whether the peer has sent everything. */
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

  /** Whether the only message is complete. */
  boolean complete;

  /** The bytes that the peer has not been given back for the message. */
  int unreturned;

  /** The bytes of the {@link ReceiveMemory} that the message has. */
  int granted;

  /** What has arrived beyond the credit; null if there is nothing. */
  @Nullable ByteBuf backlog;

  /** How many items the session takes. */
  long itemCredit;

  /** How many bytes the session takes. */
  long byteCredit;

  /** How many messages are complete. */
  long messages;

  /** The time of an incomplete message, by {@link IncompleteMessages}. */
  final IncompleteMessages.Age age = new IncompleteMessages.Age();

  /** When the call began, by {@link System#nanoTime}. */
  final long begin = System.nanoTime();

  // ---------------------------------------------------------------- receiving, by a server

  /** Whether the session will be told of the call when its message is complete. */
  boolean collecting;

  /** Whether the session has been told of the call. */
  boolean announced;

  /** The size of the request without its message, in bytes; 0 if it isn't known. */
  int headSize;

  /** Whether the peer has reset it. */
  boolean wasReset;

  /** The request, if it isn't one of gRPC; otherwise null. */
  @Nullable HttpExchange http;

  /** Whether its messages have prefixes as those of gRPC, though it isn't one of gRPC. */
  boolean enveloped;

  /** {@return whether its request and its response are one message each, without prefixes} */
  boolean isPlain() {
    return http != null && !enveloped;
  }

  // ---------------------------------------------------------------- receiving, by a client

  /** The timeout that the server knows, in milliseconds; 0 for none. */
  long timeout;

  /** Whether the headers of the response have arrived. */
  boolean replied;

  /** Whether the trailers say that the call has succeeded. */
  boolean succeeds;

  /** How the response ends, for the session; null until the trailers have arrived. */
  @Nullable ByteBuf trailers;

  // ---------------------------------------------------------------- sending

  /** Whether this side sends items. */
  boolean sendsItems;

  /** Whether a server has sent its headers. */
  boolean begun;

  /** Whether a client has sent everything. */
  boolean finished;

  /** Whether the call is over: its trailers have been sent, or its caller knows the outcome. */
  boolean answered;

  /** The bytes that wait for the peer. */
  long waiting;

  /** The items and bytes that have been written, and that the session hasn't been told of. */
  int freedItems;

  long freedBytes;

  GrpcStream(Http2Stream http2, int call, Payload.Encoding encoding) {
    this.http2 = http2;
    this.call = call;
    this.encoding = encoding;
  }

  /** {@return whether the timeout that the server knows is over} */
  boolean isTimedOut() {
    return timeout > 0 && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) >= timeout;
  }

  int id() {
    return http2.id();
  }

  /** {@return whether the headers of a received request are those of a call} */
  boolean isCall() {
    return headSize > 0;
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
    if (trailers != null) {
      trailers.release();
      trailers = null;
    }
  }
}
