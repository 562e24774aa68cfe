package io.gannet.benchmarks.peers;

import io.gannet.transport.Codec;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;

/** Gannet with default settings, except for the dispatch, the I/O and a single I/O thread. */
final class GannetPeer implements Peer {

  private final Protocol wire;
  private final Io io;
  private final Dispatch dispatch;
  private final Codec<byte[]> codec;

  GannetPeer(Io io, Dispatch dispatch) {
    this(Protocol.PLAIN, io, dispatch);
  }

  GannetPeer(Io io, Dispatch dispatch, Codec<byte[]> codec) {
    this(Protocol.PLAIN, io, dispatch, codec);
  }

  GannetPeer(Protocol wire, Io io, Dispatch dispatch) {
    this(
        wire,
        io,
        dispatch,
        wire == Protocol.WEBSOCKET ? Codecs.whole(Bodies.bytes()) : Codecs.lengthPrefixed());
  }

  private GannetPeer(Protocol wire, Io io, Dispatch dispatch, Codec<byte[]> codec) {
    this.wire = wire;
    this.io = io;
    this.dispatch = dispatch;
    this.codec = codec;
  }

  @Override
  public int start(Work work) throws Exception {
    ServerBuilder.NeedsCodec listening =
        wire == Protocol.WEBSOCKET
            ? Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults())
            : Server.tcp("127.0.0.1", 0);
    ServerBuilder<byte[]> builder =
        listening.codec(codec).dispatch(dispatch).eventLoops(EventLoops.create(io, 1));
    if (wire == Protocol.TLS) {
      Certificate certificate = Certificate.make();
      builder.tls(
          ServerTls.of(TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile())));
    }
    return switch (work) {
      case ECHO -> builder.onMessage(Session::send).start().port();
      case SINK -> builder.listenerPerSession(Counter::new).start().port();
      case POUR -> builder.onMessage(GannetPeer::pour).start().port();
      case FANOUT ->
          builder
              .onMessage((session, message) -> session.endpoint().broadcast(message))
              .start()
              .port();
      case CALL, STREAM -> throw new IllegalArgumentException("not written");
    };
  }

  private static void pour(Session<byte[]> session, byte[] order) {
    Pour.start(
        order,
        payload -> {
          try {
            session.send(payload);
            return true;
          } catch (SessionClosedException e) {
            return false;
          }
        });
  }

  private static final class Counter implements SessionListener<byte[]> {
    private long count;

    @Override
    public void onMessage(Session<byte[]> session, byte[] message) {
      if (message.length == Work.COUNT_BYTES) {
        session.send(Numbers.ofLong(count));
      } else {
        count++;
      }
    }
  }
}
