package io.gannet.benchmarks.peers;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;

/**
 * Vert.x as in its core manual: a NetServer, a RecordParser that alternates between a fixed-size
 * header and a fixed-size body ("Record Parser"), pause and drainHandler when the write queue is
 * full ("Streams"), the native transport.
 */
final class VertxPeer implements Peer {

  private static final int HEADER = 4;

  private final List<NetSocket> all = new ArrayList<>();

  @Override
  public int start(Work work) {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    if (!vertx.isNativeTransportEnabled()) {
      throw new IllegalStateException(
          "no native transport", vertx.unavailableNativeTransportCause());
    }
    return vertx
        .createNetServer(new NetServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true))
        .connectHandler(socket -> connected(socket, work))
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .actualPort();
  }

  private void connected(NetSocket socket, Work work) {
    RecordParser parser = RecordParser.newFixed(HEADER);
    parser.handler(
        new Framing(
            parser,
            switch (work) {
              case ECHO -> body -> answer(socket, body);
              case SINK -> new Counter(socket);
              case FANOUT -> body -> all.forEach(each -> answer(each, body));
              case POUR, CALL, STREAM -> throw new IllegalArgumentException("not written");
            }));
    if (work == Work.FANOUT) {
      all.add(socket);
      socket.closeHandler(closed -> all.remove(socket));
    }
    socket.exceptionHandler(error -> socket.close());
    socket.handler(parser);
  }

  private static void answer(NetSocket socket, Buffer body) {
    socket.write(Buffer.buffer(HEADER + body.length()).appendInt(body.length()).appendBuffer(body));
    if (socket.writeQueueFull()) {
      socket.pause();
      socket.drainHandler(drained -> socket.resume());
    }
  }

  /** Distinguishes headers from bodies. */
  private static final class Framing implements Handler<Buffer> {
    private final RecordParser parser;
    private final Handler<Buffer> bodies;
    private boolean inBody;

    Framing(RecordParser parser, Handler<Buffer> bodies) {
      this.parser = parser;
      this.bodies = bodies;
    }

    @Override
    public void handle(Buffer record) {
      if (inBody) {
        parser.fixedSizeMode(HEADER);
        bodies.handle(record);
      } else {
        parser.fixedSizeMode(record.getInt(0));
      }
      inBody = !inBody;
    }
  }

  /** Counts messages. */
  private static final class Counter implements Handler<Buffer> {
    private final NetSocket socket;
    private long count;

    Counter(NetSocket socket) {
      this.socket = socket;
    }

    @Override
    public void handle(Buffer body) {
      if (body.length() == Work.COUNT_BYTES) {
        answer(socket, Buffer.buffer(Work.COUNT_BYTES).appendLong(count));
      } else {
        count++;
      }
    }
  }
}
