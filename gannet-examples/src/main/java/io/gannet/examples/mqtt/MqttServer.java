package io.gannet.examples.mqtt;

import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Shutdown;
import io.gannet.transport.TlsIdentity;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an {@link MqttBroker}. Try it with {@code mosquitto_sub -t 'demo/#'}. */
public final class MqttServer {

  private MqttServer() {}

  /**
   * Runs a broker until the process is asked to end.
   *
   * @param args the ports for TCP, 1883 without one, and WebSocket, 8083 without one; with four more, the
   *     ports for TLS and encrypted WebSocket and the files of a certificate and its key, in PEM
   */
  public static void main(String[] args) {
    String host = "127.0.0.1";
    MqttBroker broker = new MqttBroker();
    List<Server<MqttMessage>> servers = new ArrayList<>();
    servers.add(broker.serve(Server.tcp(host, port(args, 0, 1883))).start());
    servers.add(
        broker.serve(Server.webSocket(host, port(args, 1, 8083), MqttBroker.webSocket())).start());
    if (args.length > 5) {
      ServerTls tls = ServerTls.of(TlsIdentity.pem(Path.of(args[4]), Path.of(args[5])));
      servers.add(broker.serve(Server.tcp(host, port(args, 2, 8883))).tls(tls).start());
      servers.add(
          broker
              .serve(Server.webSocket(host, port(args, 3, 8084), MqttBroker.webSocket()))
              .tls(tls)
              .start());
    }
    Shutdown.onSignal(servers.toArray(AutoCloseable[]::new));
    for (Server<MqttMessage> each : servers) {
      System.out.println("listening %s".formatted(each.addresses()));
    }
    servers.forEach(each -> each.whenStopped().toCompletableFuture().join());
  }

  private static int port(String[] args, int index, int absent) {
    return args.length > index ? Integer.parseInt(args[index]) : absent;
  }
}
