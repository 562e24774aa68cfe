package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages between the two sides of a connection. The caller chooses the id of a call. The ids
 * of the two sides are independent.
 */
public sealed interface Frame {

  /** As a limit: unknown. */
  int NO_LIMIT = Integer.MAX_VALUE;

  /**
   * The first frame of each side.
   *
   * @param lowestVersion the lowest version of the protocol that the side supports
   * @param highestVersion the highest version that it supports
   * @param maxFrame the largest frame that it accepts, in bytes
   * @param maxCalls how many calls it handles at a time
   * @param greeting its greeting
   * @param inflates whether it can read compressed payloads
   * @param window the initial window of each stream; null if it doesn't support streams
   */
  record Hello(
      int lowestVersion,
      int highestVersion,
      int maxFrame,
      int maxCalls,
      Metadata greeting,
      boolean inflates,
      @Nullable Window window)
      implements Frame {}

  /**
   * How much of a stream may be sent before the reader has read it. An item may be sent while both
   * values are positive, so the last item may exceed the bytes.
   *
   * @param items the number of items, at least 0
   * @param bytes the number of payload bytes in the frames, at least 0
   */
  record Window(int items, int bytes) {

    /** An empty window. */
    public static final Window NONE = new Window(0, 0);

    /** The largest value of either. */
    public static final int MAX = Integer.MAX_VALUE;
  }

  /** Which streams a call has. */
  enum Streams {
    /** None: the arguments and the result are one value each. */
    NONE(false, false),
    /** The caller sends items after its call. */
    ARGUMENTS(true, false),
    /** The caller accepts items before the response. */
    RESULTS(false, true),
    /** Both. */
    BOTH(true, true);

    private final boolean hasArguments;
    private final boolean hasResults;

    Streams(boolean hasArguments, boolean hasResults) {
      this.hasArguments = hasArguments;
      this.hasResults = hasResults;
    }

    /** {@return whether the caller sends items} */
    public boolean hasArguments() {
      return hasArguments;
    }

    /** {@return whether the caller accepts items} */
    public boolean hasResults() {
      return hasResults;
    }

    /** {@return the constant for the two flags} */
    public static Streams of(boolean arguments, boolean results) {
      return arguments ? (results ? BOTH : ARGUMENTS) : (results ? RESULTS : NONE);
    }
  }

  /**
   * A call.
   *
   * @param id its id
   * @param oneWay whether the call has no response
   * @param timeoutMillis the remaining time in milliseconds; 0 for no limit
   * @param method the service and the method
   * @param metadata its metadata
   * @param payload its arguments
   * @param maxSize the largest size of the frame, for its writer
   * @param streams which streams it has
   */
  record Request(
      long id,
      boolean oneWay,
      long timeoutMillis,
      String method,
      Metadata metadata,
      Payload payload,
      int maxSize,
      Streams streams)
      implements Frame {

    /** Creates a call without streams. */
    public Request(
        long id,
        boolean oneWay,
        long timeoutMillis,
        String method,
        Metadata metadata,
        Payload payload,
        int maxSize) {
      this(id, oneWay, timeoutMillis, method, metadata, payload, maxSize, Streams.NONE);
    }
  }

  /**
   * The reply to a call starts: its metadata, before its first item and its result.
   *
   * @param id the call
   * @param metadata the metadata of the reply
   * @param maxSize the largest size of the frame, for its writer
   */
  record ReplyBegins(long id, Metadata metadata, int maxSize) implements Frame {}

  /**
   * A call has ended.
   *
   * @param id its id
   * @param metadata the metadata of the reply
   * @param payload the result
   * @param failure why there is no result; null if there is one
   * @param maxSize the largest size of the frame, for its writer
   */
  record Response(
      long id, Metadata metadata, Payload payload, @Nullable Failure failure, int maxSize)
      implements Frame {

    /**
     * Creates a response without a result.
     *
     * @param id the call
     * @param metadata the metadata of the reply
     * @param failure why the call failed
     * @param maxSize the largest size of the frame
     */
    public static Response of(long id, Metadata metadata, Failure failure, int maxSize) {
      return new Response(id, metadata, PlainPayload.EMPTY, failure, maxSize);
    }

    /**
     * {@return the same response with its result encoded}
     *
     * @throws io.gannet.rpc.RpcException if the result can't be encoded
     */
    public Response written() {
      return new Response(id, metadata, payload.written(), failure, maxSize);
    }
  }

  /**
   * Why a call failed.
   *
   * @param code its code, not {@link RpcCode#OK}
   * @param notStarted whether it is certain that the handler didn't run
   * @param message the reason, for users
   * @param type the class of the handler's exception, or null
   * @param details more details
   */
  record Failure(
      RpcCode code,
      boolean notStarted,
      String message,
      @Nullable String type,
      Map<String, String> details) {

    /** {@return the same failure, for a call whose handler didn't run} */
    public Failure asNotStarted() {
      return new Failure(code, true, message, type, details);
    }
  }

  /**
   * The caller no longer waits for the response.
   *
   * @param id the call
   */
  record Cancel(long id) implements Frame {}

  /** One value of a stream. */
  final class StreamItem implements Frame {
    private final long id;
    private final boolean ofResults;
    private final Payload payload;
    private final int maxSize;
    private int size;

    /**
     * Creates an item.
     *
     * @param id the call
     * @param ofResults whether it belongs to the result; otherwise it belongs to the arguments
     * @param payload the value
     * @param maxSize the largest size of the frame, for its writer
     */
    public StreamItem(long id, boolean ofResults, Payload payload, int maxSize) {
      this.id = id;
      this.ofResults = ofResults;
      this.payload = payload;
      this.maxSize = maxSize;
    }

    /** {@return the call} */
    public long id() {
      return id;
    }

    /** {@return whether it belongs to the result; otherwise it belongs to the arguments} */
    public boolean ofResults() {
      return ofResults;
    }

    /** {@return the value} */
    public Payload payload() {
      return payload;
    }

    /** {@return the largest size of the frame} */
    public int maxSize() {
      return maxSize;
    }

    /**
     * {@return the size of the payload in the frame in bytes, once the frame has been read or
     * written}
     */
    public int size() {
      return size;
    }

    /** Sets the size of the payload. Called by the codec. */
    public void size(int bytes) {
      size = bytes;
    }

    @Override
    public String toString() {
      return "StreamItem[id=%d, ofResults=%s]".formatted(id, ofResults);
    }
  }

  /**
   * The caller has sent all items.
   *
   * @param id the call
   */
  record StreamEnd(long id) implements Frame {}

  /**
   * More of a stream may be sent.
   *
   * @param id the call
   * @param ofResults whether it belongs to the result; otherwise it belongs to the arguments
   * @param items the additional number of items
   * @param bytes the additional number of bytes
   */
  record Credit(long id, boolean ofResults, long items, long bytes) implements Frame {}

  /**
   * Asks the peer for a {@link Pong}.
   *
   * @param token returned in the pong
   */
  record Ping(long token) implements Frame {}

  /**
   * The answer to a {@link Ping}.
   *
   * @param token the token of the ping
   */
  record Pong(long token) implements Frame {}

  /**
   * This side accepts no more calls on this connection. Running calls continue.
   *
   * @param reason why
   * @param text the reason, for users
   */
  record GoAway(Reason reason, String text) implements Frame {}

  /** This side makes no more calls on this connection: the answer to {@link GoAway}. */
  record LastCall() implements Frame {}

  /** Why a side accepts no more calls. */
  enum Reason {
    /** The side stops, or will end the connection. */
    DRAINING(0),
    /** The two sides have no version in common. */
    VERSION(1),
    /** The peer has violated the protocol. */
    PROTOCOL(2);

    private static final Reason[] BY_NUMBER = values();

    private final int number;

    Reason(int number) {
      this.number = number;
    }

    /** {@return the number of this reason on the wire} */
    public int number() {
      return number;
    }

    /** {@return the reason of a number; {@link #DRAINING} if the number is unknown} */
    public static Reason of(int number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : DRAINING;
    }
  }

  /**
   * A frame of an unknown type.
   *
   * @param type its type
   */
  record Unknown(int type) implements Frame {}

  /**
   * A frame whose end is known, but whose content is invalid.
   *
   * @param of the kind of frame
   * @param id its id
   * @param code the kind of error
   * @param text the error, for users
   * @param request what is known of a call, so that interceptors see it before it fails; otherwise
   *     null
   */
  record Malformed(Kind of, long id, RpcCode code, String text, @Nullable Request request)
      implements Frame {

    /** Creates a frame of which nothing else is known. */
    public Malformed(Kind of, long id, RpcCode code, String text) {
      this(of, id, code, text, null);
    }

    /** The kind of a malformed frame. */
    public enum Kind {
      /** A call with a response. */
      REQUEST,
      /** A response. */
      RESPONSE,
      /** An item of an argument stream. */
      ARGUMENT_ITEM,
      /** An item of a result stream. */
      RESULT_ITEM,
      /** Any other frame. */
      OTHER
    }
  }
}
