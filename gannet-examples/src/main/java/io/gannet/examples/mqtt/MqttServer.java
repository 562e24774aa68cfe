package io.gannet.examples.mqtt;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Shutdown;
import io.gannet.transport.TlsIdentity;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an {@link MqttBroker}. Try it with {@code mosquitto_sub -t 'demo/#'}. */
public final class MqttServer {

  private static final String HOST = "127.0.0.1";

  private MqttServer() {}

  /**
   * Runs a broker until the process is asked to end.
   *
   * @param args the ports for TCP (default 1883) and WebSocket (default 8083); optionally the ports
   *     for TLS and encrypted WebSocket, and the files of a certificate and its key, in PEM
   */
  public static void main(String[] args) {
    MqttBroker broker = new MqttBroker();
    List<Server<MqttMessage>> servers = new ArrayList<>();
    servers.add(started("mqtt", broker.serve(tcp(args, 0, 1883))));
    servers.add(started("ws", broker.serve(webSocket(args, 1, 8083))));
    if (args.length > 5) {
      ServerTls tls = ServerTls.of(TlsIdentity.pem(Path.of(args[4]), Path.of(args[5])));
      servers.add(started("mqtts", broker.serve(tcp(args, 2, 8883)).tls(tls)));
      servers.add(started("wss", broker.serve(webSocket(args, 3, 8084)).tls(tls)));
    }
    Shutdown.onSignal(servers.toArray(AutoCloseable[]::new));
    servers.forEach(each -> each.whenStopped().toCompletableFuture().join());
  }

  private static Server<MqttMessage> started(String scheme, ServerBuilder<MqttMessage> builder) {
    Server<MqttMessage> server = builder.start();
    System.out.println("listening %s://%s:%d".formatted(scheme, HOST, server.port()));
    return server;
  }

  private static ServerBuilder.NeedsCodec tcp(String[] args, int index, int absent) {
    return Server.tcp(HOST, port(args, index, absent));
  }

  private static ServerBuilder.NeedsCodec webSocket(String[] args, int index, int absent) {
    return Server.webSocket(HOST, port(args, index, absent), MqttBroker.webSocket());
  }

  private static int port(String[] args, int index, int absent) {
    return args.length > index ? Integer.parseInt(args[index]) : absent;
  }
}
