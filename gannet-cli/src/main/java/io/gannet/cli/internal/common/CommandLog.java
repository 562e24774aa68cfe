package io.gannet.cli.internal.common;

/** Configures the command's logging: one short line per event, to standard error. */
public final class CommandLog {

  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private CommandLog() {}

  /**
   * Sets the format. Call it before the first logger is created. Settings that the user made with
   * {@code -D} are kept.
   */
  public static void configure() {
    set("logFile", "System.err");
    set("defaultLogLevel", "warn");
    set("log.io.gannet", "info");
    set("showDateTime", "true");
    set("dateTimeFormat", "HH:mm:ss.SSS");
    set("showThreadName", "false");
    set("showLogName", "false");
    set("showShortLogName", "true");
  }

  /**
   * Logs only errors of the library and the examples, because the command reports the rest itself.
   * Call it before they are used.
   */
  public static void onlyErrors() {
    set("log.io.gannet.transport", "error");
    set("log.io.gannet.rpc", "error");
    set("log.io.gannet.examples", "error");
  }

  /**
   * Turns off the logs of the registries and their clients, because the command reports their
   * failures itself. Call it before they are used.
   */
  public static void withoutRegistries() {
    set("log.io.gannet.discovery", "off");
    set("log.org.apache.zookeeper", "off");
    set("log.org.apache.curator", "off");
    set("log.io.grpc", "off");
    set("log.io.etcd", "off");
    set("log.io.vertx", "off");
  }

  private static void set(String name, String value) {
    System.getProperties().putIfAbsent(PREFIX + name, value);
  }
}
