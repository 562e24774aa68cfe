package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ways to send on the sessions of an endpoint, and the behaviour of a full queue.
 *
 * @param whenFull the behaviour of a full queue
 * @param high the number of bytes that fill a queue
 * @param low the number of queued bytes at which a full queue accepts messages again
 * @param writeTimeout the maximum time that {@link QueuePolicy#BLOCK} waits, in nanoseconds; zero
 *     for no limit
 */
public record SendPolicy(QueuePolicy whenFull, int high, int low, long writeTimeout) {

  /** Offers messages to a queue, and waits for room up to a limit. */
  private interface Attempt {
    Offer offer(long timeoutNanos) throws InterruptedException;
  }

  <M> void send(NettySession<M> session, M message) {
    Objects.requireNonNull(message, "message");
    OutboundBuffer<M> outbound = session.outbound();
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      offer = whenFull(session, 1, timeout -> outbound.offer(message, null, timeout));
    }
    session.offered(offer, true);
  }

  <M> void send(NettySession<M> session, M message, Duration timeout) {
    Objects.requireNonNull(message, "message");
    long limit = Checks.timeout(timeout, "timeout");
    OutboundBuffer<M> outbound = session.outbound();
    Offer offer = outbound.offer(message, null);
    if (offer == Offer.FULL) {
      reportFull(session);
      offer =
          await(
              session,
              timeout.isZero() ? OutboundBuffer.NO_WAIT : limit,
              "timeout",
              left -> outbound.offer(message, null, left));
    }
    session.offered(offer, true);
  }

  <M> boolean trySend(NettySession<M> session, M message) {
    Objects.requireNonNull(message, "message");
    return acceptedAtOnce(session, session.outbound().offer(message, null));
  }

  boolean trySendEncoded(NettySession<?> session, ByteBuffer message, @Nullable Boolean text) {
    return acceptedAtOnce(session, session.outbound().offerEncoded(message, text));
  }

  private static boolean acceptedAtOnce(NettySession<?> session, Offer offer) {
    if (offer == Offer.FULL) {
      reportFull(session);
      return false;
    }
    session.offered(offer, false); // the caller handles a full queue itself
    return true;
  }

  <M> CompletionStage<Void> sendAsync(NettySession<M> session, M message) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    OutboundBuffer<M> outbound = session.outbound();
    try {
      Objects.requireNonNull(message, "message");
      Offer offer = outbound.offer(message, sent);
      if (offer == Offer.FULL) {
        offer = whenFull(session, 1, timeout -> outbound.offer(message, sent, timeout));
        if (offer == Offer.FULL) {
          throw queueFull(session, "the message was dropped");
        }
      }
      session.offered(offer, true);
    } catch (Throwable t) {
      sent.completeExceptionally(t);
    }
    return sent;
  }

  <M> void sendAll(NettySession<M> session, Collection<? extends M> messages) {
    List<M> batch = List.copyOf(messages); // its iterator is user code: not under the lock
    if (!batch.isEmpty()) {
      OutboundBuffer<M> outbound = session.outbound();
      offer(session, batch.size(), timeout -> outbound.offerAll(batch, timeout));
    }
  }

  void sendEncoded(NettySession<?> session, ByteBuffer message, @Nullable Boolean text) {
    OutboundBuffer<?> outbound = session.outbound();
    offer(session, 1, timeout -> outbound.offerEncoded(message, text, timeout));
  }

  private void offer(NettySession<?> session, int messages, Attempt attempt) {
    try {
      Offer offer = attempt.offer(OutboundBuffer.NO_WAIT);
      session.offered(offer == Offer.FULL ? whenFull(session, messages, attempt) : offer, true);
    } catch (InterruptedException e) {
      throw new AssertionError("has not waited", e);
    }
  }

  /** Sends a broadcast message: never waits, and ignores a closed session. */
  <M> boolean broadcast(NettySession<M> session, M message) {
    return broadcast(session, session.outbound().offer(message, null));
  }

  /** Like {@link #broadcast(NettySession, Object)}, for an encoded message. */
  boolean broadcastEncoded(NettySession<?> session, EncodedMessage<?> message) {
    return broadcast(session, session.outbound().offerEncoded(message.buffer(), message.isText()));
  }

  private boolean broadcast(NettySession<?> session, Offer offer) {
    switch (offer) {
      case ACCEPTED, ACCEPTED_BEHIND, ACCEPTED_FLUSH_OWED -> session.offered(offer, true);
      case FULL -> {
        reportFull(session);
        if (whenFull == QueuePolicy.CLOSE) {
          closeBecauseFull(session);
        } else {
          drop(session, 1);
        }
      }
      case SEALED -> {}
    }
    return offer != Offer.FULL && offer != Offer.SEALED;
  }

  /** Returns {@link Offer#FULL} only if the messages were dropped. */
  private Offer whenFull(NettySession<?> session, int messages, Attempt attempt) {
    reportFull(session);
    return switch (whenFull) {
      case BLOCK -> await(session, writeTimeout, "setting writeTimeout", attempt);
      case FAIL -> throw queueFull(session, "setting queuePolicy is FAIL");
      case DROP -> {
        drop(session, messages);
        yield Offer.FULL;
      }
      case CLOSE -> {
        closeBecauseFull(session);
        throw queueFull(session, "the session closes, as setting queuePolicy says");
      }
    };
  }

  /** Offers again, and waits for room. */
  private Offer await(NettySession<?> session, long timeoutNanos, String limit, Attempt attempt) {
    if (NettyEventLoops.onLoopThread()) {
      throw queueFull(
          session,
          "an I/O thread must not wait for room: use trySend, another QueuePolicy or another"
              + " Dispatch");
    }
    session.flushNow(); // the waiting callback may have deferred the flush that frees room
    try {
      Offer offer = attempt.offer(timeoutNanos);
      if (offer == Offer.FULL) {
        throw new SendTimeoutException(
            fullMessage(
                session,
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

  private static void drop(NettySession<?> session, int messages) {
    session.outbound().countDropped(messages);
    for (int i = 0; i < messages; i++) {
      session.observers().dropped(session);
    }
  }

  private void closeBecauseFull(NettySession<?> session) {
    session.abortWith(
        new CloseReason(Kind.QUEUE_FULL, fullMessage(session, "setting queuePolicy is CLOSE")));
  }

  private QueueFullException queueFull(NettySession<?> session, String detail) {
    return new QueueFullException(fullMessage(session, detail));
  }

  private String fullMessage(NettySession<?> session, String detail) {
    return "outbound queue of %s is full: %,d bytes wait, the limit is %,d (setting outboundQueue); %s"
        .formatted(session, session.outbound().counters().queuedBytes(), high, detail);
  }

  private static void reportFull(NettySession<?> session) {
    if (session.outbound().hasBecomeFull()) {
      session.observers().queueFull(session);
    }
  }
}
