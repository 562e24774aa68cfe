package io.gannet.conformance;

import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.codec.Codecs;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the suite as a client of our server. */
@Tag("autobahn")
class ServerConformanceTest {

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void ourServerKeepsToTheStandard() throws Exception {
    Path reports = Path.of("target", "autobahn", "server").toAbsolutePath();
    try (Server<WebSocketMessage> server =
        Server.webSocket("127.0.0.1", 0, Autobahn.OPTIONS)
            .codec(Codecs.webSocketMessages())
            .maxMessageSize(Autobahn.LARGEST)
            .onMessage(Session::send)
            .start()) {
      String spec =
          """
          {
            "options": {"failByDrop": false},
            "outdir": "%s",
            "servers": [{"agent": "%s", "url": "ws://127.0.0.1:%d", "options": {"version": 18}}],
            "cases": %s,
            "exclude-cases": [],
            "exclude-agent-cases": {}
          }
          """
              .formatted(reports, Autobahn.AGENT, server.port(), Autobahn.cases());
      try (Autobahn suite = Autobahn.start("fuzzingclient", spec, reports)) {
        suite.awaitEnd();
      }
    }
    Autobahn.check(reports);
  }
}
