package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The subscribers of channels. Thread-safe. Methods with a session must be called in its callbacks.
 */
final class Channels {

  static final int MAX_NAME = 512;
  static final int MAX_PER_SESSION = 1_024;

  private static final byte[] MESSAGE = "message".getBytes(UTF_8);

  /**
   * The channels of a session. Only its callbacks use them, so that no command waits for a lock.
   */
  private static final AttributeKey<Set<Key>> OWN = AttributeKey.of("channels");

  private final Memory memory;
  private final ConcurrentMap<Key, Set<Session<Resp>>> subscribers = new ConcurrentHashMap<>();

  Channels(Memory memory) {
    this.memory = memory;
  }

  /** Subscribes to a channel, and returns the number of the session's channels. */
  int subscribe(Session<Resp> session, byte[] name) {
    Set<Key> own = session.getOrSet(OWN, LinkedHashSet::new);
    if (name.length > MAX_NAME || own.size() >= MAX_PER_SESSION) {
      throw new CommandException("ERR too many channels, or too long a name");
    }
    Key channel = Key.of(name);
    if (!own.contains(channel)) {
      memory.take(cost(name));
      own.add(channel);
      subscribers.compute(
          channel,
          (same, all) -> {
            Set<Session<Resp>> sessions = all == null ? ConcurrentHashMap.newKeySet() : all;
            sessions.add(session);
            return sessions;
          });
    }
    return own.size();
  }

  int unsubscribe(Session<Resp> session, byte[] name) {
    Set<Key> own = session.get(OWN);
    if (own == null) {
      return 0;
    }
    Key channel = Key.of(name);
    if (own.remove(channel)) {
      memory.take(-cost(name));
      subscribers.computeIfPresent(
          channel,
          (same, all) -> {
            all.remove(session);
            return all.isEmpty() ? null : all;
          });
    }
    return own.size();
  }

  private static long cost(byte[] name) {
    return 2L * Memory.OVERHEAD + name.length; // the session's entry and the channel's
  }

  boolean has(Session<Resp> session) {
    Set<Key> own = session.get(OWN);
    return own != null && !own.isEmpty();
  }

  Collection<byte[]> of(Session<Resp> session) {
    Set<Key> own = session.get(OWN);
    return own == null ? List.of() : own.stream().map(key -> key.bytes().array()).toList();
  }

  /**
   * Publishes a message, and returns the number of its receivers. Sessions that read too slowly are
   * closed.
   */
  int publish(byte[] name, byte[] text) {
    Resp message =
        new Resp.Many(List.of(new Resp.Bulk(MESSAGE), new Resp.Bulk(name), new Resp.Bulk(text)));
    int reached = 0;
    for (Session<Resp> each : subscribers.getOrDefault(Key.of(name), Set.of())) {
      try {
        each.send(message);
        reached++;
      } catch (SessionClosedException | QueueFullException e) {
        // The session is closing.
      }
    }
    return reached;
  }
}
