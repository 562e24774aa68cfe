package io.gannet.examples.echo;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of every session: lets in as many as the limit allows, hands each packet to the
 * handler of its command, and closes sessions that have been silent for too long.
 */
final class EchoListener implements SessionListener<EchoPacket> {

  private static final Logger LOG = LoggerFactory.getLogger(EchoListener.class);

  /** How many requests a session has made. Set once it has been let in. */
  private static final AttributeKey<AtomicInteger> REQUESTS = AttributeKey.of("requests");

  private final Map<Integer, PacketHandler> handlers;
  private final EchoServer.Limits limits;

  /**
   * One permit for each session that may still come. Asking "how many are there?" first and adding
   * one afterwards would let in too many when several come at the same moment.
   */
  private final Semaphore room;

  EchoListener(EchoServer.Limits limits) {
    this(limits, PacketHandler.echo());
  }

  EchoListener(EchoServer.Limits limits, PacketHandler heartbeats) {
    this.limits = limits;
    handlers = Map.of(EchoHeader.HEARTBEAT, heartbeats, EchoHeader.ECHO, PacketHandler.echo());
    room = new Semaphore(limits.maxSessions());
  }

  @Override
  public void onOpen(Session<EchoPacket> session) throws TooManySessionsException {
    if (!room.tryAcquire()) {
      throw new TooManySessionsException(limits.maxSessions());
    }
    session.set(REQUESTS, new AtomicInteger());
    LOG.info("{} opened from {}", session.name(), session.remoteAddress());
  }

  @Override
  public void onMessage(Session<EchoPacket> session, EchoPacket packet) {
    PacketHandler handler = handlers.get(packet.header().command());
    if (handler == null) {
      LOG.warn("{} sent a packet with an unknown command, ignored: {}", session.name(), packet);
      return;
    }
    handler.handle(session, packet);
    session.getOrSet(REQUESTS, AtomicInteger::new).incrementAndGet();
  }

  @Override
  public void onCron(Session<EchoPacket> session) {
    Duration silent = Duration.between(session.lastActive(), Instant.now());
    if (silent.compareTo(limits.sessionTimeout()) > 0) {
      LOG.warn(
          "{} has been silent for {}, closing it after {} requests",
          session.name(),
          silent,
          session.get(REQUESTS));
      session.close();
    }
  }

  @Override
  public void onError(Session<EchoPacket> session, Throwable error) {
    LOG.warn("{} failed: {}", session.name(), error.getMessage());
  }

  @Override
  public void onClose(Session<EchoPacket> session, CloseReason reason) {
    @Nullable AtomicInteger requests = session.get(REQUESTS);
    // A session that was refused has not taken up room.
    if (requests != null) {
      room.release();
      LOG.info("{} closed after {} requests: {}", session.name(), requests, reason);
    }
  }
}
