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
 * The server's side of every session. It limits the number of sessions, passes each packet to the
 * handler of its command, and closes idle sessions.
 */
final class EchoListener implements SessionListener<EchoPacket> {

  private static final Logger LOG = LoggerFactory.getLogger(EchoListener.class);

  /** The number of requests of a session. Set when the session is accepted. */
  private static final AttributeKey<AtomicInteger> REQUESTS = AttributeKey.of("requests");

  private final Map<Integer, PacketHandler> handlers;
  private final EchoServer.Limits limits;

  /**
   * One permit for each further session. Counting the sessions first and adding one afterwards
   * would accept too many when several open at the same moment.
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
      LOG.warn("ignored an unknown command from {}: {}", session.name(), packet);
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
          "{} has been idle for {}, closing it after {} requests",
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
    // A refused session has no permit.
    if (requests != null) {
      room.release();
      LOG.info("{} closed after {} requests: {}", session.name(), requests, reason);
    }
  }
}
