package io.gannet.soak.internal.loss;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** One client of a round: sends as much as it can, and counts the arriving messages. */
final class SoakClient implements SessionListener<byte[]> {

  private final long id;
  private final long slownessNanos;
  private final Streams accepted = new Streams();
  private final Streams received = new Streams();
  private final CompletableFuture<Sender> opened = new CompletableFuture<>();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private final Client<byte[]> client;
  private volatile String disorder = "";

  /**
   * Connects.
   *
   * @param id the number of the client
   * @param slowness how long the client is busy with each message, so that the server's queue fills
   *     up
   */
  SoakClient(long id, int port, EventLoops loops, Duration slowness) {
    this.id = id;
    slownessNanos = slowness.toNanos();
    client =
        Client.tcp("127.0.0.1", port)
            .codec(Codecs.lengthPrefixed())
            .listener(this)
            .eventLoops(loops)
            .socketOptions(ServerCommand.SOCKETS)
            .noReconnect()
            .start();
  }

  long id() {
    return id;
  }

  @Override
  public void onOpen(Session<byte[]> session) {
    session.send(new SoakMessage(Streams.HELLO, id).encode());
    Sender sender = new Sender(session, accepted);
    sender.start();
    opened.complete(sender);
  }

  @Override
  public void onMessage(Session<byte[]> session, byte[] bytes) {
    SoakMessage message = SoakMessage.decode(bytes);
    if (!received.arrived(message) && disorder.isEmpty()) {
      disorder = message.toString();
    }
    if (slownessNanos > 0) {
      LockSupport.parkNanos(slownessNanos);
    }
  }

  @Override
  public void onClose(Session<byte[]> session, CloseReason reason) {
    closed.complete(reason);
  }

  /** Waits until the client is connected. */
  void awaitOpen() throws InterruptedException, SoakFailedException {
    sender();
  }

  /** Stops gracefully during its sends, and waits until no more messages are accepted. */
  StopReport stop() throws InterruptedException, SoakFailedException {
    StopReport report = client.stop(StopMode.DRAIN_AND_WAIT);
    sender().join();
    return report;
  }

  /** Waits until the server has closed the session. */
  CloseReason awaitClosed() throws InterruptedException, SoakFailedException {
    CloseReason reason = get(closed, "didn't notice that the server closed its session");
    sender().join();
    client.stop(StopMode.NOW);
    return reason;
  }

  void cut() {
    client.stop(StopMode.NOW);
  }

  private Sender sender() throws InterruptedException, SoakFailedException {
    return get(opened, "could not connect");
  }

  private <T> T get(CompletableFuture<T> future, String problem)
      throws InterruptedException, SoakFailedException {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new SoakFailedException("client %d %s".formatted(id, problem));
    }
  }

  Streams accepted() {
    return accepted;
  }

  Streams received() {
    return received;
  }

  /** {@return the first message out of order in its stream, or an empty text} */
  String disorder() {
    return disorder;
  }
}
