package io.gannet.examples.mqtt;

/** The rules for topics and filters (MQTT 5, section 4.7). */
final class Topics {

  private Topics() {}

  /** Returns whether a message may be published to a topic. */
  static boolean isTopic(String topic, MqttLimits limits) {
    return isWithin(topic, limits) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
  }

  /**
   * Returns whether a filter is valid: wildcards must be whole levels, and {@code #} must be the
   * last.
   */
  static boolean isFilter(String filter, MqttLimits limits) {
    if (!isWithin(filter, limits)) {
      return false;
    }
    String[] levels = levels(filter);
    for (int i = 0; i < levels.length; i++) {
      boolean wild = levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0;
      if (wild && (levels[i].length() > 1 || (levels[i].equals("#") && i < levels.length - 1))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWithin(String name, MqttLimits limits) {
    return !name.isEmpty()
        && name.length() <= limits.topicLength()
        && name.indexOf('\0') < 0
        && name.chars().filter(c -> c == '/').count() < limits.topicLevels();
  }

  static String[] levels(String name) {
    return name.split("/", -1);
  }

  /**
   * Returns whether a topic is reserved for the server, so that wildcards in the first level don't
   * match it.
   */
  static boolean isReserved(String topic) {
    return topic.startsWith("$");
  }
}
