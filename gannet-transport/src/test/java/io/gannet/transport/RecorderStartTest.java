package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.ChildJvm;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;

class RecorderStartTest {

  /** Runs in a separate process, because another test may have started the recorder in this one. */
  @Test
  void aProcessThatRecordsNothingDoesNotStartTheFlightRecorder() {
    try (ChildJvm child = ChildJvm.of(Exchange.class).start()) {
      assertThat(child.awaitLine("recorder: (\\w+)", Duration.ofSeconds(30)).group(1))
          .isEqualTo("false");
    }
  }

  @Test
  void aRecordingProcessRegistersTheEventsBeforeTheFirstSession() {
    try (ChildJvm child = ChildJvm.of(Known.class).jvmOptions("-XX:StartFlightRecording").start()) {
      assertThat(child.awaitLine("known: (.*)", Duration.ofSeconds(50)).group(1))
          .isEqualTo(Known.ALL);
    }
  }

  @Test
  void aRecordingThatStartsLaterHasTheEventsAtOnce() {
    try (ChildJvm child = ChildJvm.of(Known.class).start()) {
      assertThat(child.awaitLine("known: (.*)", Duration.ofSeconds(50)).group(1))
          .isEqualTo(Known.ALL);
    }
  }

  /** Starts a server without sessions, and prints the events that the recorder then knows. */
  static final class Known {

    static final String ALL =
        "[ConnectFailed, ConnectionRejected, QueueFull, ReadPaused, SessionClosed, SessionOpened]";

    private Known() {}

    public static void main(String[] args) {
      Server<String> server =
          Server.tcp("127.0.0.1", 0).codec(Codecs.lines()).onMessage(Session::send).start();
      System.out.println(
          "known: "
              + FlightRecorder.getFlightRecorder().getEventTypes().stream()
                  .map(type -> type.getName())
                  .filter(name -> name.startsWith("io.gannet."))
                  .map(name -> name.substring("io.gannet.".length()))
                  .sorted()
                  .toList());
      server.close();
    }
  }

  /** Sends one message from a client to a server. */
  static final class Exchange {

    private Exchange() {}

    public static void main(String[] args) {
      CompletableFuture<String> answer = new CompletableFuture<>();
      try (Server<String> server =
              Server.tcp("127.0.0.1", 0).codec(Codecs.lines()).onMessage(Session::send).start();
          Client<String> client =
              Client.tcp("127.0.0.1", server.port())
                  .codec(Codecs.lines())
                  .onMessage((session, text) -> answer.complete(text))
                  .start()) {
        client.session().send("hello");
        answer.join();
      }
      System.out.println("recorder: " + FlightRecorder.isInitialized());
    }
  }
}
