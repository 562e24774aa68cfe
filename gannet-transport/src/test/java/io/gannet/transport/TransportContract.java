package io.gannet.transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every transport must do. Each class that extends this one holds the tests of one theme, and
 * runs once for each row of {@link TransportUnderTest#all()}.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class TransportContract {

  @Parameter TransportUnderTest transport;

  @RegisterExtension final Fixture fixture = new Fixture();

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all();
  }

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

  /** Skips a test whose callbacks wait for something, where that is not allowed. */
  void needsBlockingCallbacks() {
    assumeTrue(transport.callbacksMayBlock(), "callbacks on an event loop must not block");
  }

  /** Connects a client to a server; for tests that need one session with both ends in hand. */
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
