package io.gannet.test.junit;

import io.gannet.test.FaultProxy;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The only implementation of {@link ServerExtension}. */
final class RunningServer<M> extends UsedExtension implements ServerExtension<M> {
  private final Supplier<ServerBuilder<M>> settings;
  private final SessionListener<M> listener;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Server<M> server;

  RunningServer(Supplier<ServerBuilder<M>> settings, SessionListener<M> listener) {
    this.settings = settings;
    this.listener = listener;
  }

  @Override
  void start() {
    server = settings.get().listener(new Watched()).start();
  }

  @Override
  void stop() {
    Server<M> running = server();
    try {
      stop("the server", running::stop, running.whenStopped());
    } finally {
      server = null;
    }
  }

  @Override
  void check() {
    List<Throwable> thrown = takeFailures();
    if (!thrown.isEmpty()) {
      AssertionError error =
          new AssertionError(
              "the listener of the server has thrown " + thrown.getFirst(), thrown.getFirst());
      thrown.stream().skip(1).forEach(error::addSuppressed);
      throw error;
    }
  }

  @Override
  public Server<M> server() {
    Server<M> running = server;
    if (running == null) {
      throw notRunning("the server");
    }
    return running;
  }

  @Override
  public FaultProxy newFaultProxy() {
    return closing(FaultProxy.to(port()));
  }

  @Override
  public List<Throwable> takeFailures() {
    List<Throwable> taken = new ArrayList<>();
    for (Throwable next = failures.poll(); next != null; next = failures.poll()) {
      taken.add(next);
    }
    return taken;
  }

  /** Calls the user's listener, and records its exceptions. */
  private final class Watched implements SessionListener<M> {

    @Override
    public void onOpen(Session<M> session) throws Exception {
      listener.onOpen(session);
    }

    @Override
    public void onMessage(Session<M> session, M message) throws Exception {
      try {
        listener.onMessage(session, message);
      } catch (Exception | Error e) {
        failed(e);
        throw e;
      }
    }

    @Override
    public void onCron(Session<M> session) throws Exception {
      try {
        listener.onCron(session);
      } catch (Exception | Error e) {
        failed(e);
        throw e;
      }
    }

    @Override
    public void onError(Session<M> session, Throwable error) {
      try {
        listener.onError(session, error);
      } catch (RuntimeException | Error e) {
        failed(e);
        throw e;
      }
    }

    @Override
    public void onClose(Session<M> session, CloseReason reason) {
      try {
        listener.onClose(session, reason);
      } catch (RuntimeException | Error e) {
        failed(e);
        throw e;
      }
    }

    private void failed(Throwable failure) {
      if (!(failure instanceof SessionClosedException)) {
        failures.add(failure);
      }
    }
  }
}
