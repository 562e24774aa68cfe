package io.gannet.transport;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;

/** The base of tests of one row of {@link TransportUnderTest}; a subclass supplies the row. */
abstract class TransportTests {

  @Parameter TransportUnderTest transport;

  @RegisterExtension final Fixture fixture = new Fixture();

  ServerBuilder<String> server() {
    return transport.server(new TextCodec());
  }

  ClientBuilder<String> client(Server<?> server) {
    return transport.client(server, new TextCodec());
  }

  RecordingListener<String> listener() {
    return fixture.listener();
  }

  <M> Server<M> start(ServerBuilder<M> builder) {
    return fixture.start(builder);
  }

  <M> Client<M> start(ClientBuilder<M> builder) {
    return fixture.start(builder);
  }

  /** Connects a client to a server, for tests that use both ends of one session. */
  Pair connect(ServerBuilder<String> server, RecordingListener<String> atServer) {
    return connect(server.listener(atServer), atServer, listener());
  }

  Pair connect(
      ServerBuilder<String> server,
      RecordingListener<String> atServer,
      RecordingListener<String> atClient) {
    Server<String> started = start(server.listener(atServer));
    Client<String> client = start(client(started).listener(atClient).noReconnect());
    return new Pair(
        started, client, atServer, atClient, atServer.awaitSession(), atClient.awaitSession());
  }

  /** Both ends of one session. */
  record Pair(
      Server<String> server,
      Client<String> client,
      RecordingListener<String> atServer,
      RecordingListener<String> atClient,
      Session<String> serverSide,
      Session<String> clientSide) {}
}
