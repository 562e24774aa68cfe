package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server and client in one process, as xtcp's example has them: login, chat, graceful end. */
public final class XtcpExample {

  private XtcpExample() {}

  /**
   * Runs the example.
   *
   * @param args none
   */
  public static void main(String[] args) {
    chooseLogging();
    Logger log = LoggerFactory.getLogger(XtcpExample.class);
    Server<Message> server = XtcpServer.start("127.0.0.1", 0, Map.of("123", "456"));
    boolean ok = XtcpClient.converse("127.0.0.1", server.port(), "123", "456");
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
    log.info(
        "client and server have stopped: {}, {} bytes unsent",
        ok ? "all was said" : "the conversation broke off",
        report.unsentBytes());
  }

  /**
   * Where xtcp takes a logger of the program's, Gannet logs through SLF4J: which lines are shown, how
   * they look and where they go is up to the backend that the program brings, here slf4j-simple.
   */
  private static void chooseLogging() {
    System.setProperty("org.slf4j.simpleLogger.logFile", "System.out");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.log.io.gannet", "info");
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("org.slf4j.simpleLogger.showShortLogName", "true");
  }
}
