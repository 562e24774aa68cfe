package io.gannet.examples.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RetainedMessagesTest {

  private static final List<String> LEVELS = List.of("", "a", "b", "ab", "a\u0001", "$a", "%", "é");

  private final RetainedMessages retained = new RetainedMessages(MqttLimits.defaults());
  private final Random random = new Random(4_7);
  private int refills;

  private void keep(String topic) {
    retained.put(
        MqttMessageBuilders.publish()
            .topicName(topic)
            .qos(MqttQoS.AT_MOST_ONCE)
            .retained(true)
            .payload(Unpooled.wrappedBuffer(new byte[1]))
            .build());
  }

  private List<String> find(String filter) {
    List<String> found = new ArrayList<>();
    Replay replay = new Replay(filter, MqttQoS.AT_MOST_ONCE);
    Lookups lookups = new Lookups();
    while (true) {
      String key = retained.next(replay, lookups);
      if (key != null) {
        found.add(key.replace('\0', '/'));
        replay.position = key;
      } else if (lookups.areUsedUp()) {
        lookups.refill();
        refills++;
      } else {
        return found;
      }
    }
  }

  private String name(List<String> levels) {
    List<String> name = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      name.add(levels.get(random.nextInt(levels.size())));
    }
    return String.join("/", name);
  }

  /** The examples of MQTT 5, section 4.7. */
  private static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
      return false;
    }
    String[] levels = topic.split("/", -1);
    String[] wanted = filter.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i == levels.length || !(wanted[i].equals("+") || wanted[i].equals(levels[i]))) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }

  @Test
  void aSearchFindsWhatAFilterMatchesAndNothingElse() {
    TreeSet<String> topics = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      String topic = name(LEVELS);
      if (!topic.isEmpty()) {
        topics.add(topic);
        keep(topic);
      }
    }
    List<String> wild = new ArrayList<>(LEVELS);
    wild.addAll(List.of("+", "+", "+"));
    for (int i = 0; i < 300; i++) {
      String filter = name(wild) + (random.nextInt(3) == 0 ? "/#" : "");
      assertThat(find(filter))
          .as(filter)
          .containsExactlyInAnyOrderElementsOf(
              topics.stream().filter(topic -> matches(filter, topic)).toList());
    }
    assertThat(find("#"))
        .hasSize((int) topics.stream().filter(topic -> !topic.startsWith("$")).count());
  }

  @Test
  void aSearchThatFindsNothingStopsAndGoesOnWhereItWas() {
    int topics = 3 * Lookups.MOST + 1;
    for (int i = 0; i < topics; i++) {
      keep("a%05d/b".formatted(i));
    }
    assertThat(find("+/c")).isEmpty();
    assertThat(refills).isBetween(3, 6);
    assertThat(find("+/b")).hasSize(topics);
  }
}
