package io.gannet.transport.internal.session;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionStats;
import io.gannet.transport.TransportObserver;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Writes events of sessions, except their traffic, to JDK Flight Recorder. */
@SuppressWarnings("UnusedVariable") // the recorder reads the fields of events
final class FlightRecorder implements TransportObserver {

  private static final List<Class<? extends Event>> EVENTS =
      List.of(
          SessionOpened.class,
          SessionClosed.class,
          QueueFull.class,
          ReadPaused.class,
          ConnectionRejected.class,
          ConnectFailed.class);

  static {
    // Registers each event type when an endpoint is built, or when the first recording of the
    // process starts. Otherwise the first event of a type would register it on an I/O thread and
    // block that thread.
    jdk.jfr.FlightRecorder.addListener(
        new FlightRecorderListener() {
          @Override
          public void recorderInitialized(jdk.jfr.FlightRecorder recorder) {
            EVENTS.forEach(jdk.jfr.FlightRecorder::register);
          }
        });
  }

  /**
   * Whether this process has never recorded anything. Otherwise the first event of each type would
   * start the recorder on an I/O thread for nothing, which takes tenths of a second.
   */
  private static boolean isOff() {
    return !jdk.jfr.FlightRecorder.isInitialized();
  }

  @Override
  public void sessionOpened(Session<?> session) {
    if (isOff()) {
      return;
    }
    SessionOpened event = new SessionOpened();
    if (event.shouldCommit()) {
      event.session = session.name();
      event.peer = session.remoteAddress().toString();
      event.commit();
    }
  }

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    if (isOff()) {
      return;
    }
    SessionClosed event = new SessionClosed();
    if (event.shouldCommit()) {
      SessionStats stats = session.stats();
      event.session = session.name();
      event.peer = session.remoteAddress().toString();
      event.reason = reason.toString();
      event.age = stats.age().toNanos();
      event.bytesIn = stats.bytesIn();
      event.bytesOut = stats.bytesOut();
      event.messagesIn = stats.messagesIn();
      event.messagesOut = stats.messagesOut();
      event.commit();
    }
  }

  @Override
  public void queueFull(Session<?> session) {
    if (isOff()) {
      return;
    }
    QueueFull event = new QueueFull();
    if (event.shouldCommit()) {
      event.session = session.name();
      event.commit();
    }
  }

  @Override
  public void readPaused(Session<?> session) {
    if (isOff()) {
      return;
    }
    ReadPaused event = new ReadPaused();
    if (event.shouldCommit()) {
      event.session = session.name();
      event.commit();
    }
  }

  @Override
  public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
    if (isOff()) {
      return;
    }
    ConnectionRejected event = new ConnectionRejected();
    if (event.shouldCommit()) {
      event.server = server.name();
      event.peer = String.valueOf(peer);
      event.reason = reason.name();
      event.commit();
    }
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
    if (isOff()) {
      return;
    }
    ConnectFailed event = new ConnectFailed();
    if (event.shouldCommit()) {
      event.client = client.name();
      event.cause = cause.toString();
      event.failures = failures;
      event.commit();
    }
  }

  @Name("io.gannet.SessionOpened")
  @Label("Session Opened")
  @Category({"Gannet", "Transport"})
  @StackTrace(false)
  private static final class SessionOpened extends Event {
    @Nullable String session;
    @Nullable String peer;
  }

  @Name("io.gannet.SessionClosed")
  @Label("Session Closed")
  @Category({"Gannet", "Transport"})
  @StackTrace(false)
  private static final class SessionClosed extends Event {
    @Nullable String session;
    @Nullable String peer;
    @Nullable String reason;
    @Timespan long age;
    @DataAmount long bytesIn;
    @DataAmount long bytesOut;
    long messagesIn;
    long messagesOut;
  }

  @Name("io.gannet.QueueFull")
  @Label("Outbound Queue Full")
  @Description("A peer reads more slowly than this side sends")
  @Category({"Gannet", "Transport"})
  private static final class QueueFull extends Event {
    @Nullable String session;
  }

  @Name("io.gannet.ReadPaused")
  @Label("Reading Paused")
  @Description("A listener is slower than its peer sends")
  @Category({"Gannet", "Transport"})
  @StackTrace(false)
  private static final class ReadPaused extends Event {
    @Nullable String session;
  }

  @Name("io.gannet.ConnectionRejected")
  @Label("Connection Rejected")
  @Category({"Gannet", "Transport"})
  @StackTrace(false)
  private static final class ConnectionRejected extends Event {
    @Nullable String server;
    @Nullable String peer;
    @Nullable String reason;
  }

  @Name("io.gannet.ConnectFailed")
  @Label("Connect Failed")
  @Category({"Gannet", "Transport"})
  @StackTrace(false)
  private static final class ConnectFailed extends Event {
    @Nullable String client;
    @Nullable String cause;
    int failures;
  }
}
