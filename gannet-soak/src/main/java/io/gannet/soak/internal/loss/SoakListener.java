package io.gannet.soak.internal.loss;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The server's side of one session: sends as much as it can, answers, and counts. */
final class SoakListener implements SessionListener<byte[]> {

  private final PrintWriter out;
  private final boolean mayWait;
  private final Streams accepted = new Streams();
  private final Streams received = new Streams();
  private volatile @Nullable Sender sender;
  private volatile long client = -1;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private volatile String disorder = "";

  /**
   * Creates a listener.
   *
   * @param out the target of the reports
   * @param mayWait whether its callbacks may wait
   */
  SoakListener(PrintWriter out, boolean mayWait) {
    this.out = out;
    this.mayWait = mayWait;
  }

  @Override
  public void onMessage(Session<byte[]> session, byte[] bytes) {
    SoakMessage message = SoakMessage.decode(bytes);
    if (message.stream() == Streams.HELLO) {
      client = message.number();
      Sender started = new Sender(session, accepted);
      sender = started;
      started.start();
      return;
    }
    if (!received.arrived(message) && disorder.isEmpty()) {
      disorder = " disorder " + message;
    }
    Sender answering = sender;
    if (answering != null) {
      answering.answer(mayWait);
    }
  }

  @Override
  public void onClose(Session<byte[]> session, CloseReason reason) {
    out.println("left %d received %s%s".formatted(client, received.encode(), disorder));
    closed.complete(reason);
  }

  /** Reports the accepted messages, once no more messages are accepted. */
  void report() throws InterruptedException {
    Sender ended = sender;
    if (ended != null) {
      ended.join();
      boolean cut = closed.join().kind() == CloseReason.Kind.DRAIN_TIMEOUT;
      out.println("sent %d %s %s".formatted(client, cut ? "cut" : "drained", accepted.encode()));
    }
  }
}
