package io.gannet.examples.mqtt;

import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriptions: a tree of the levels of all filters. Not thread-safe. */
final class Subscriptions {

  private static final class Node {
    final Map<String, Node> children = new HashMap<>(2);
    final Map<MqttConnection, MqttSubscriptionOption> subscribers = new HashMap<>(2);

    boolean isEmpty() {
      return children.isEmpty() && subscribers.isEmpty();
    }
  }

  private final Node root = new Node();

  /** Adds a subscription, or replaces its options; returns whether it is new. */
  boolean add(String filter, MqttConnection connection, MqttSubscriptionOption options) {
    Node node = root;
    for (String level : Topics.levels(filter)) {
      node = node.children.computeIfAbsent(level, key -> new Node());
    }
    return node.subscribers.put(connection, options) == null;
  }

  boolean remove(String filter, MqttConnection connection) {
    return remove(root, Topics.levels(filter), 0, connection);
  }

  private static boolean remove(Node node, String[] levels, int depth, MqttConnection connection) {
    if (depth == levels.length) {
      return node.subscribers.remove(connection) != null;
    }
    Node child = node.children.get(levels[depth]);
    if (child == null || !remove(child, levels, depth + 1, connection)) {
      return false;
    }
    if (child.isEmpty()) {
      node.children.remove(levels[depth]);
    }
    return true;
  }

  /**
   * Returns the receivers of a message, each once, with the options of its subscription with the
   * highest QoS.
   */
  Map<MqttConnection, MqttSubscriptionOption> of(String topic) {
    Map<MqttConnection, MqttSubscriptionOption> found = new LinkedHashMap<>();
    collect(root, Topics.levels(topic), 0, Topics.isReserved(topic), found);
    return found;
  }

  private static void collect(
      Node node,
      String[] levels,
      int depth,
      boolean reserved,
      Map<MqttConnection, MqttSubscriptionOption> found) {
    boolean wild = depth > 0 || !reserved;
    if (wild) {
      addAll(node.children.get("#"), found); // "a/#" matches "a", too
    }
    if (depth == levels.length) {
      addAll(node, found);
      return;
    }
    Node same = node.children.get(levels[depth]);
    if (same != null) {
      collect(same, levels, depth + 1, reserved, found);
    }
    Node any = wild ? node.children.get("+") : null;
    if (any != null) {
      collect(any, levels, depth + 1, reserved, found);
    }
  }

  private static void addAll(
      @Nullable Node node, Map<MqttConnection, MqttSubscriptionOption> found) {
    if (node != null) {
      node.subscribers.forEach((connection, options) ->
          found.merge(
              connection,
              options,
              (one, other) -> one.qos().value() >= other.qos().value() ? one : other));
    }
  }
}
