package io.gannet.cli.internal.common;

/** How the command logs: to standard error, one short line for each event. */
public final class CommandLog {

  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private CommandLog() {}

  /**
   * Chooses the format. To be called before the first logger is made; what the user has set with
   * {@code -D} stays.
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
   * Keeps the library and the examples quiet about what the command reports itself. To be called
   * before they are used.
   */
  public static void onlyErrors() {
    set("log.io.gannet.transport", "error");
    set("log.io.gannet.rpc", "error");
    set("log.io.gannet.examples", "error");
  }

  /**
   * Keeps the registries and what they are made with quiet: what they have to say, the command says. To be
   * called before they are used.
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
