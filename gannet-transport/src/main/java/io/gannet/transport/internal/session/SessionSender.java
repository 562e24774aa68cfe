package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.OutboundBuffer.Offer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The ways to send on a session, and what they do when its queue is full. Thread-safe. */
final class SessionSender<M> {

  private final NettySession<M> session;
  private final SessionSettings<M> settings;
  private final OutboundBuffer<M> outbound;

  /** Which time of being full observers have been told of last; benign races. */
  private volatile long reportedFull;

  SessionSender(NettySession<M> session, SessionSettings<M> settings, OutboundBuffer<M> outbound) {
    this.session = session;
    this.settings = settings;
    this.outbound = outbound;
  }

  void send(M message) {
    Objects.requireNonNull(message, "message");
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      offer = whenFull(1, timeout -> outbound.offer(message, null, timeout));
    }
    accepted(offer);
  }

  void send(M message, Duration timeout) {
    Objects.requireNonNull(message, "message");
    long limit = Checks.timeout(timeout, "timeout");
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      reportFull();
      offer =
          await(
              timeout.isZero() ? OutboundBuffer.NO_WAIT : limit,
              "timeout",
              left -> outbound.offer(message, null, left));
    }
    accepted(offer);
  }

  boolean trySend(M message) {
    Objects.requireNonNull(message, "message");
    return acceptedAtOnce(outbound.offer(message, null));
  }

  boolean trySendEncoded(ByteBuffer message, @Nullable Boolean text) {
    return acceptedAtOnce(outbound.offerEncoded(message, text));
  }

  private boolean acceptedAtOnce(Offer offer) {
    if (offer == Offer.FULL) {
      reportFull();
      return false;
    }
    accepted(offer, false);
    return true;
  }

  CompletionStage<Void> sendAsync(M message) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      Objects.requireNonNull(message, "message");
      Offer offer = outbound.offer(message, sent);
      if (offer == Offer.FULL) {
        offer = whenFull(1, timeout -> outbound.offer(message, sent, timeout));
        if (offer == Offer.FULL) {
          throw queueFull("the message was dropped");
        }
      }
      accepted(offer);
    } catch (Throwable t) {
      sent.completeExceptionally(t);
    }
    return sent;
  }

  void sendAll(Collection<? extends M> messages) {
    List<M> batch = List.copyOf(messages); // its iterator is users' code: not under the lock
    if (!batch.isEmpty()) {
      accepted(offer(batch.size(), timeout -> outbound.offerAll(batch, timeout)));
    }
  }

  void sendEncoded(ByteBuffer message) {
    accepted(offer(1, timeout -> outbound.offerEncoded(message, null, timeout)));
  }

  void sendEncoded(EncodedMessage<?> message) {
    accepted(
        offer(1, timeout -> outbound.offerEncoded(message.buffer(), message.isText(), timeout)));
  }

  /** Sends to one of many: never waits, and doesn't complain about a session that is closed. */
  boolean broadcast(M message) {
    return broadcast(outbound.offer(message, null));
  }

  /** As {@link #broadcast(Object)}, with what is encoded already. */
  boolean broadcastEncoded(EncodedMessage<?> message) {
    return broadcast(outbound.offerEncoded(message.buffer(), message.isText()));
  }

  private boolean broadcast(Offer offer) {
    switch (offer) {
      case ACCEPTED, ACCEPTED_BEHIND, ACCEPTED_FLUSH_OWED -> accepted(offer);
      case FULL -> {
        reportFull();
        if (settings.queuePolicy() == QueuePolicy.CLOSE) {
          closeBecauseFull();
        } else {
          drop(1);
        }
      }
      case SEALED -> {}
    }
    return offer != Offer.FULL && offer != Offer.SEALED;
  }

  /** Offers something, and waits at most so long for room. */
  private interface Attempt {
    Offer offer(long timeoutNanos) throws InterruptedException;
  }

  private Offer offer(int messages, Attempt attempt) {
    try {
      Offer offer = attempt.offer(OutboundBuffer.NO_WAIT);
      return offer == Offer.FULL ? whenFull(messages, attempt) : offer;
    } catch (InterruptedException e) {
      throw new AssertionError("has not waited", e);
    }
  }

  /** Returns {@link Offer#FULL} only when what was offered has been dropped. */
  private Offer whenFull(int messages, Attempt attempt) {
    reportFull();
    return switch (settings.queuePolicy()) {
      case BLOCK -> await(settings.writeTimeout(), "setting writeTimeout", attempt);
      case FAIL -> throw queueFull("setting queuePolicy is FAIL");
      case DROP -> {
        drop(messages);
        yield Offer.FULL;
      }
      case CLOSE -> {
        closeBecauseFull();
        throw queueFull("the session closes, as setting queuePolicy says");
      }
    };
  }

  /** Offers again once there is room. */
  private Offer await(long timeoutNanos, String limit, Attempt attempt) {
    if (NettyEventLoops.onLoopThread()) {
      throw queueFull(
          "an I/O thread must not wait for room: use trySend, another QueuePolicy or another"
              + " Dispatch");
    }
    session.flushNow(); // the callback that waits may have put off the flush that makes room
    try {
      Offer offer = attempt.offer(timeoutNanos);
      if (offer == Offer.FULL) {
        throw new SendTimeoutException(
            fullMessage(
                "it stayed full for %s (%s)"
                    .formatted(Duration.ofNanos(Math.max(timeoutNanos, 0)), limit)));
      }
      return offer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException(
          "interrupted while waiting for room in the outbound queue of " + session, e);
    }
  }

  private void drop(int messages) {
    outbound.countDropped(messages);
    for (int i = 0; i < messages; i++) {
      session.observers().dropped(session);
    }
  }

  private void closeBecauseFull() {
    CloseReason full =
        new CloseReason(Kind.QUEUE_FULL, fullMessage("setting queuePolicy is CLOSE"));
    session.cutWith(full);
  }

  private QueueFullException queueFull(String detail) {
    return new QueueFullException(fullMessage(detail));
  }

  private String fullMessage(String detail) {
    return "outbound queue of %s is full: %,d bytes wait, the limit is %,d (setting outboundQueue); %s"
        .formatted(session, outbound.counters().queuedBytes(), settings.queueHigh(), detail);
  }

  private void reportFull() {
    long times = outbound.counters().timesFull();
    if (times != reportedFull) {
      reportedFull = times;
      session.observers().queueFull(session);
    }
  }

  private void accepted(Offer offer) {
    accepted(offer, true);
  }

  /**
   * Does what an offer asks for.
   *
   * @param peerMayWait whether the peer is to wait if it doesn't keep up: not when the caller asks
   *     for room before each message
   */
  private void accepted(Offer offer, boolean peerMayWait) {
    switch (offer) {
      case ACCEPTED, FULL -> {}
      case ACCEPTED_BEHIND -> session.flushAhead(peerMayWait);
      case ACCEPTED_FLUSH_OWED -> session.flush(peerMayWait);
      case SEALED -> throw session.closedException();
    }
  }
}
