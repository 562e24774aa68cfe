package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.QueueFullException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Who listens to which channel. */
final class Channels {

  static final int MAX_NAME = 512;
  static final int MAX_PER_SESSION = 1_024;

  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ByteBuffer, Set<Session<Resp>>> subscribers = new HashMap<>();
  private final Map<Session<Resp>, Set<ByteBuffer>> channels = new HashMap<>();

  /** Returns how many channels the session listens to now. */
  int subscribe(Session<Resp> session, byte[] name) {
    lock.lock();
    try {
      Set<ByteBuffer> own = channels.computeIfAbsent(session, key -> new LinkedHashSet<>());
      if (name.length > MAX_NAME || own.size() >= MAX_PER_SESSION) {
        throw new CommandException("ERR too many channels, or too long a name");
      }
      ByteBuffer channel = ByteBuffer.wrap(name);
      own.add(channel);
      subscribers.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(session);
      return own.size();
    } finally {
      lock.unlock();
    }
  }

  int unsubscribe(Session<Resp> session, byte[] name) {
    lock.lock();
    try {
      ByteBuffer channel = ByteBuffer.wrap(name);
      Set<ByteBuffer> own = channels.getOrDefault(session, Set.of());
      if (own.contains(channel)) {
        own.remove(channel);
        Set<Session<Resp>> all = subscribers.get(channel);
        if (all != null && all.remove(session) && all.isEmpty()) {
          subscribers.remove(channel);
        }
        if (own.isEmpty()) {
          channels.remove(session);
        }
      }
      return own.size();
    } finally {
      lock.unlock();
    }
  }

  Collection<byte[]> of(Session<Resp> session) {
    lock.lock();
    try {
      return channels.getOrDefault(session, Set.of()).stream().map(ByteBuffer::array).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many have been sent the message; those who read too slowly are put out. */
  int publish(byte[] name, byte[] text) {
    List<Session<Resp>> receivers;
    lock.lock();
    try {
      receivers = List.copyOf(subscribers.getOrDefault(ByteBuffer.wrap(name), Set.of()));
    } finally {
      lock.unlock();
    }
    Resp message =
        new Resp.Many(List.of(new Resp.Bulk(MESSAGE), new Resp.Bulk(name), new Resp.Bulk(text)));
    int reached = 0;
    for (Session<Resp> each : receivers) {
      try {
        each.send(message);
        reached++;
      } catch (SessionClosedException | QueueFullException e) {
        // It is leaving.
      }
    }
    return reached;
  }
}
