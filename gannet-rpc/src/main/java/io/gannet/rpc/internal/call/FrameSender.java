package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.NoMoreCallsException;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.transport.CloseReason;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all frames of one connection, as the peer's terms require. {@link #failure} alone decides
 * with which code a call fails if a part of it can't be sent. Thread-safe.
 */
final class FrameSender {

  private static final Logger LOG = LoggerFactory.getLogger(FrameSender.class);

  /** The part of a call in a frame. */
  private enum Part {
    /** The request: if it isn't sent, the call hasn't been started. */
    REQUEST,
    /** Any other part that the caller sends. */
    ARGUMENT,
    /** A part that the handler's side sends. */
    RESULT
  }

  private final CallSettings settings;
  private final Goodbye goodbye;

  /** Set after the hello has been sent, which must be the first frame. */
  private volatile @Nullable Session<Frame> session;

  private volatile PeerTerms terms;

  FrameSender(CallSettings settings, Goodbye goodbye) {
    this.settings = settings;
    this.goodbye = goodbye;
    this.terms = PeerTerms.withoutHello(settings);
  }

  /**
   * Sends the hello, and allows other threads to send.
   *
   * @param opened the session
   * @param hello the first frame, or null if the protocol has no hello
   */
  void open(Session<Frame> opened, Frame.@Nullable Hello hello) {
    if (hello != null) {
      opened.send(hello);
    }
    session = opened; // from here on other threads send, too
  }

  /** {@return the session, or null before {@link #open}} */
  @Nullable Session<Frame> sessionIfOpen() {
    return session;
  }

  Session<Frame> session() {
    return Objects.requireNonNull(session, "the session has not been opened");
  }

  /** Applies what the peer's hello says. Called on the I/O thread. */
  void apply(PeerTerms peerTerms) {
    terms = peerTerms;
  }

  PeerTerms terms() {
    return terms;
  }

  // ---------------------------------------------------------------- outgoing calls

  /**
   * Sends the request of a call. Waits for room in the outbound queue until the deadline.
   *
   * @throws RpcException if it can't be sent, with {@link RpcException#notStarted()}
   */
  void sendRequest(Invocation call, long id, boolean oneWay, long deadline) {
    long nanos = settings.clock().left(deadline);
    try {
      PeerTerms to = terms;
      send(
          new Frame.Request(
              id,
              oneWay,
              nanos == Clock.NEVER ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)),
              call.path(),
              call.options().metadata(),
              to.compressed(call.payload()),
              to.maxFrame(),
              call.streams()),
          deadline);
    } catch (SendTimeoutException e) {
      throw failure(e, Part.REQUEST, "%s, within %s: ".formatted(call.path(), Clock.text(nanos)));
    } catch (RuntimeException e) {
      throw failure(e, Part.REQUEST, "");
    }
  }

  /**
   * Sends the end of a stream of arguments. Waits for room in the outbound queue until the
   * deadline. Not called on an I/O thread.
   *
   * @throws RpcException if it can't be sent
   */
  void sendEnd(long id, long deadline) {
    sendPart(new Frame.StreamEnd(id), Part.ARGUMENT, deadline);
  }

  // ---------------------------------------------------------------- streams in both directions

  /**
   * Sends an item of a stream. Waits for room in the outbound queue until the deadline. Not called
   * on an I/O thread.
   *
   * @return the size of the item in bytes, which counts towards the peer's window
   * @throws RpcException if it can't be sent
   */
  int sendItem(long id, boolean ofResults, Payload payload, long deadline) {
    PeerTerms to = terms;
    Frame.StreamItem item =
        new Frame.StreamItem(id, ofResults, to.compressed(payload), to.maxFrame());
    sendPart(item, ofResults ? Part.RESULT : Part.ARGUMENT, deadline);
    return item.size();
  }

  /**
   * Allows the peer to send more of a stream. Waits for room in the outbound queue. Not called on
   * an I/O thread. Other failures are ignored, because the stream ends with the connection.
   *
   * @throws RpcException if this thread is interrupted
   */
  void sendCredit(Frame.Credit credit) {
    try {
      sendPart(credit, credit.ofResults() ? Part.ARGUMENT : Part.RESULT, Clock.NEVER);
    } catch (RpcException e) {
      if (e.code() == RpcCode.CANCELLED) {
        throw e;
      }
      LOG.debug("{}: not sent: {}", this, credit, e);
    }
  }

  // ---------------------------------------------------------------- incoming calls

  /**
   * Sends the metadata that precedes a response. Waits for room in the outbound queue until the
   * deadline. Not called on an I/O thread.
   *
   * @throws RpcException if it can't be sent
   */
  void sendBeginning(long id, Metadata metadata, long deadline) {
    sendPart(new Frame.ReplyBegins(id, metadata, terms.maxFrame()), Part.RESULT, deadline);
  }

  /**
   * Sends a response if there is room in the outbound queue.
   *
   * @return false if there is none
   * @throws RuntimeException if it can't be sent or encoded
   */
  boolean trySendResponse(Frame.Response response) {
    return session().trySend(response);
  }

  /**
   * Sends a response. Waits for room in the outbound queue.
   *
   * @throws RuntimeException if it can't be sent or encoded
   */
  void sendResponse(Frame.Response response) {
    session().send(response);
  }

  /**
   * Sends an answer on the I/O thread if there is room in the outbound queue. A server stops
   * reading from a peer that doesn't keep up with its answers. A client doesn't: if both sides did,
   * neither would ever read again.
   *
   * @return false if there is none
   */
  boolean reply(Frame frame) {
    if (!settings.isServer()) {
      return tryTell(frame);
    }
    try {
      session().send(frame);
    } catch (QueueFullException e) {
      return false;
    } catch (TransportException e) {
      LOG.debug("{}: not sent: {}", this, frame, e);
    }
    return true;
  }

  // ---------------------------------------------------------------- frames of the connection

  /**
   * Sends a frame that may be lost, if there is room in the outbound queue.
   *
   * @return false if there is none; true also if the session is closed
   */
  boolean tryTell(Frame frame) {
    try {
      return session().trySend(frame);
    } catch (TransportException e) {
      LOG.debug("{}: not sent: {}", this, frame, e);
      return true;
    }
  }

  /** Sends a frame that is sent once, on a thread of its own if there is no room now. */
  void tell(Frame frame) {
    if (!tryTell(frame)) {
      Thread.startVirtualThread(() -> {
        try {
          session().send(frame);
        } catch (TransportException e) {
          LOG.debug("{}: not sent: {}", this, frame, e);
        }
      });
    }
  }

  // ---------------------------------------------------------------- sending and failures

  private void sendPart(Frame frame, Part part, long deadline) {
    try {
      send(frame, deadline);
    } catch (RuntimeException e) {
      throw failure(e, part, "");
    }
  }

  private void send(Frame frame, long deadline) {
    Session<Frame> to = session();
    if (!to.trySend(frame)) {
      to.send(frame, Duration.ofNanos(Math.max(0, settings.clock().left(deadline))));
    }
  }

  /**
   * {@return the exception that a call fails with}
   *
   * @param why why a part of the call can't be sent
   * @param part that part
   * @param where the beginning of the message, or empty
   */
  private RpcException failure(RuntimeException why, Part part, String where) {
    boolean notStarted = part == Part.REQUEST;
    if (why instanceof RpcException ours) { // a value can't be encoded
      return notStarted
          ? new RpcException(
              ours.code(), message(ours), ours, ours.remoteType(), ours.details(), true)
          : ours;
    }
    if (why instanceof SessionClosedException closed) {
      return lost(closed.reason(), notStarted);
    }
    if (why instanceof NoMoreCallsException) {
      return lost(null, notStarted);
    }
    RpcCode code =
        switch (why) {
          case SendTimeoutException e -> RpcCode.DEADLINE_EXCEEDED;
          case QueueFullException e -> RpcCode.RESOURCE_EXHAUSTED;
          case MessageTooLargeException e -> RpcCode.RESOURCE_EXHAUSTED;
          case EncodeException e ->
              part == Part.RESULT ? RpcCode.INTERNAL : RpcCode.INVALID_ARGUMENT;
          case TransportException e when e.getCause() instanceof InterruptedException ->
              RpcCode.CANCELLED;
          default -> RpcCode.INTERNAL;
        };
    String text = where + (why instanceof TransportException ? message(why) : why);
    return new RpcException(
        code, notStarted ? "not sent: " + text : text, why, null, Map.of(), notStarted);
  }

  private static String message(RuntimeException why) {
    return String.valueOf(why.getMessage());
  }

  /**
   * {@return the exception that a call fails with because of the end of the connection}
   *
   * @param reason why it has ended, or null if it has not ended yet but accepts no more calls
   * @param notStarted whether the call was not sent
   */
  RpcException lost(@Nullable CloseReason reason, boolean notStarted) {
    String said = goodbye.peerReason();
    return new RpcException(
        RpcCode.UNAVAILABLE,
        "%s %s%s; the call was %s"
            .formatted(
                this,
                reason == null ? "accepts no more calls" : "has ended: " + reason,
                said == null ? "" : " (" + said + ")",
                notStarted ? "not sent" : "sent, and may have been handled"),
        reason == null ? null : reason.cause(),
        null,
        Map.of(),
        notStarted);
  }

  @Override
  public String toString() {
    return String.valueOf(session);
  }
}
