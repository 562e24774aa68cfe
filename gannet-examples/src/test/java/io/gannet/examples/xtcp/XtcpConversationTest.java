package io.gannet.examples.xtcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.gannet.testkit.ChildJvm;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XtcpConversationTest {

  @Test
  void clientAndServerSayAllAndStopGracefully() {
    Server<Message> server = XtcpServer.start("127.0.0.1", 0, Map.of("123", "456"));
    assertThat(XtcpClient.converse("127.0.0.1", server.port(), "123", "456")).isTrue();
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
    assertThat(report.cut()).isZero();
    assertThat(report.unsentBytes()).isZero();
  }

  @Test
  void aWrongPasswordIsRefused() {
    try (Server<Message> server = XtcpServer.start("127.0.0.1", 0, Map.of("123", "456"))) {
      assertThat(XtcpClient.converse("127.0.0.1", server.port(), "123", "457")).isFalse();
    }
  }

  @Test
  void anUnknownAccountIsRefused() {
    try (Server<Message> server = XtcpServer.start("127.0.0.1", 0, Map.of("123", "456"))) {
      assertThat(XtcpClient.converse("127.0.0.1", server.port(), "124", "456")).isFalse();
    }
  }

  @Test
  void aServerThatIsNotThereIsAnError() throws IOException {
    try (Socket silent = new Socket()) {
      // Closed, so that the port has no listener.
      silent.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
      assertThatThrownBy(
              () -> XtcpClient.converse("127.0.0.1", silent.getLocalPort(), "123", "456"))
          .hasRootCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void theExampleRunsToItsEndAndLogsAsItChose() {
    try (ChildJvm example = ChildJvm.of(XtcpExample.class).start()) {
      assertThat(example.awaitExit(Duration.ofSeconds(30))).isZero();
      assertThat(example.output())
          .anyMatch(line ->
              line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO ServerListener - - client : Hello"))
          .anyMatch(line ->
              line.contains(
                  "client and server have stopped: conversation complete, 0 bytes unsent"));
    }
  }
}
