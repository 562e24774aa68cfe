package io.gannet.rpc.internal.wire;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the two sides of a connection tell each other. The ids of calls are chosen by the caller: those
 * of one side have nothing to do with those of the other.
 */
public sealed interface Frame {

  /** As a limit: none is known. */
  int NO_LIMIT = Integer.MAX_VALUE;

  /**
   * The first frame of each side.
   *
   * @param lowestVersion the lowest version of the protocol that it speaks
   * @param highestVersion the highest
   * @param maxFrame how large a frame may be that it is sent, in bytes
   * @param maxCalls how many calls it handles at a time
   * @param greeting what it says about itself
   * @param inflates whether it can read what is compressed
   * @param window how much of each stream it takes at first; null if it knows nothing of streams
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
   * How much of a stream may be sent ahead of who reads it. An item may be sent while something is left
   * of both, so that the last one may take more bytes than there are.
   *
   * @param items how many items, at least 0
   * @param bytes how many bytes of payload, as they are in the frames, at least 0
   */
  record Window(int items, int bytes) {

    /** Nothing. */
    public static final Window NONE = new Window(0, 0);

    /** How much may be outstanding of either. */
    public static final int MAX = Integer.MAX_VALUE;
  }

  /** Which streams belong to a call. */
  enum Streams {
    /** None: arguments and result are one value each. */
    NONE(false, false),
    /** The caller sends items behind its call. */
    ARGUMENTS(true, false),
    /** The caller takes items before the response. */
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

    /** {@return whether the caller takes items} */
    public boolean hasResults() {
      return hasResults;
    }

    /** {@return what there is} */
    public static Streams of(boolean arguments, boolean results) {
      return arguments ? (results ? BOTH : ARGUMENTS) : (results ? RESULTS : NONE);
    }
  }

  /**
   * A call.
   *
   * @param id its id
   * @param oneWay whether there is to be no response
   * @param timeoutMillis how much time is left for it; 0 for no limit
   * @param method service and method
   * @param metadata what goes along
   * @param payload its arguments
   * @param maxSize how large the frame may be, for who writes it
   * @param streams which streams belong to it
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

    /** A call without streams. */
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
   * The reply of a call begins: what goes along with it before its first item and its result.
   *
   * @param id the call
   * @param metadata what goes along
   * @param maxSize how large the frame may be, for who writes it
   */
  record ReplyBegins(long id, Metadata metadata, int maxSize) implements Frame {}

  /**
   * A call has ended.
   *
   * @param id its id
   * @param metadata what goes along
   * @param payload the result
   * @param failure why there is none; null if there is
   * @param maxSize how large the frame may be, for who writes it
   */
  record Response(
      long id, Metadata metadata, Payload payload, @Nullable Failure failure, int maxSize)
      implements Frame {

    /**
     * A response without a result.
     *
     * @param id the call
     * @param metadata what goes along
     * @param failure why
     * @param maxSize how large the frame may be
     */
    public static Response of(long id, Metadata metadata, Failure failure, int maxSize) {
      return new Response(id, metadata, PlainPayload.EMPTY, failure, maxSize);
    }

    /**
     * {@return the same with its result as bytes}
     * @throws io.gannet.rpc.RpcException if that can't be written
     */
    public Response written() {
      return new Response(id, metadata, payload.written(), failure, maxSize);
    }
  }

  /**
   * Why a call has failed.
   *
   * @param code its code, not {@link RpcCode#OK}
   * @param notStarted whether the handler was certainly not run
   * @param message what is wrong, for people
   * @param type what the handler threw, or null
   * @param details what else there is to know
   */
  record Failure(
      RpcCode code,
      boolean notStarted,
      String message,
      @Nullable String type,
      Map<String, String> details) {

    /** {@return the same of a call whose handler was not run} */
    public Failure asNotStarted() {
      return new Failure(code, true, message, type, details);
    }
  }

  /**
   * The caller doesn't wait for the response any more.
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
     * An item.
     *
     * @param id the call
     * @param ofResults whether it is part of the result, or else of the arguments
     * @param payload the value
     * @param maxSize how large the frame may be, for who writes it
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

    /** {@return whether it is part of the result, or else of the arguments} */
    public boolean ofResults() {
      return ofResults;
    }

    /** {@return the value} */
    public Payload payload() {
      return payload;
    }

    /** {@return how large the frame may be} */
    public int maxSize() {
      return maxSize;
    }

    /** {@return how many bytes the payload has in the frame, once that has been read or written} */
    public int size() {
      return size;
    }

    /** Called by whoever reads or writes the frame. */
    void size(int bytes) {
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
   * @param ofResults whether of the result, or else of the arguments
   * @param items how many items more
   * @param bytes how many bytes more
   */
  record Credit(long id, boolean ofResults, long items, long bytes) implements Frame {}

  /**
   * Asks for a sign of life.
   *
   * @param token comes back
   */
  record Ping(long token) implements Frame {}

  /**
   * A sign of life.
   *
   * @param token that of the ping
   */
  record Pong(long token) implements Frame {}

  /**
   * This side handles no more calls on this connection. Those that run go on.
   *
   * @param reason why
   * @param text the same for people
   */
  record GoAway(Reason reason, String text) implements Frame {}

  /** This side makes no more calls on this connection: the answer to {@link GoAway}. */
  record LastCall() implements Frame {}

  /** Why a side handles no more calls. */
  enum Reason {
    /** It is about to stop, or wants to end the connection. */
    DRAINING(0),
    /** The two have no version in common. */
    VERSION(1),
    /** The peer doesn't keep to the protocol. */
    PROTOCOL(2);

    private static final Reason[] BY_NUMBER = values();

    private final int number;

    Reason(int number) {
      this.number = number;
    }

    /** {@return the number that stands for it on the wire} */
    public int number() {
      return number;
    }

    /** {@return the reason that a number stands for; the most general one if it stands for none} */
    public static Reason of(int number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : DRAINING;
    }
  }

  /**
   * A frame of a type that is not known.
   *
   * @param type its type
   */
  record Unknown(int type) implements Frame {}

  /**
   * A frame whose end is known, but whose content is not as it must be.
   *
   * @param of what it would have been
   * @param id its id
   * @param code what kind of mistake it is
   * @param text the same for people
   */
  record Malformed(Kind of, long id, RpcCode code, String text) implements Frame {

    /** What a malformed frame would have been. */
    public enum Kind {
      /** A call that wants a response. */
      REQUEST,
      /** A response. */
      RESPONSE,
      /** An item of arguments. */
      ARGUMENT_ITEM,
      /** An item of a result. */
      RESULT_ITEM,
      /** Anything else. */
      OTHER
    }
  }
}
