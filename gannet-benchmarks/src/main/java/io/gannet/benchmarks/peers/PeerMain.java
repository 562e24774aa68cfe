package io.gannet.benchmarks.peers;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.ReflectionException;

/**
 * The process of a server under test. Prints {@code listening PORT}, answers each line of its input
 * with the used bytes of its heap after a collection, and exits at the end of its input.
 */
public final class PeerMain {

  private PeerMain() {}

  /**
   * Runs a server.
   *
   * @param args the name of the peer, and its work
   * @throws Exception if it can't start
   */
  public static void main(String[] args) throws Exception {
    Peers peer = Peers.named(args[0]);
    int port = peer.make().start(Work.valueOf(args[1]));
    System.out.println("listening " + port);
    serveControl();
    System.exit(0);
  }

  private static void serveControl() throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    while (in.readLine() != null) {
      System.gc();
      System.gc();
      trimNativeHeap();
      System.out.println(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
  }

  /** Returns free memory of the C library to the system, on JDKs that support it. */
  private static void trimNativeHeap() throws JMException {
    try {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "systemTrimNativeHeap",
              null,
              null);
    } catch (ReflectionException e) {
      // This JDK doesn't have that command.
    }
  }
}
