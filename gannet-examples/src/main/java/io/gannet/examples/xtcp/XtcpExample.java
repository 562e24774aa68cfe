package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server and client in one process, like xtcp's example: login, chat, graceful stop. */
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
        ok ? "conversation complete" : "conversation aborted",
        report.unsentBytes());
  }

  /**
   * xtcp accepts a logger of the program; Gannet logs through SLF4J. The SLF4J backend of the
   * program, here slf4j-simple, decides which lines are logged, their format and their destination.
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
