package io.gannet.grpc.internal;

import io.gannet.rpc.RpcWire;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.Codec;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.List;

/**
 * Single calls over HTTP/1.1, in the form of Connect's unary calls. The {@link HttpConnection}
 * exchanges {@link Message}s with the session, like that of gRPC. {@link HttpStreams} has the same
 * over HTTP/2.
 */
final class HttpWire extends MessageWire {

  private final ServerCodec codec = new ServerCodec();
  private final WireProvider.Endpoint server;
  private final Layer layer;

  HttpWire(WireProvider.Endpoint server) {
    this.server = server;
    this.layer = new HttpLayer(server);
  }

  @Override
  public List<Wire> forms() {
    return server.wires().contains(RpcWire.GRPC) // which handles HTTP/2
        ? List.of(this)
        : List.of(GrpcWire.ofServer(server), this); // clients prefer HTTP/2, too
  }

  private record HttpLayer(WireProvider.Endpoint server) implements Layer {
    @Override
    public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
      HttpConnection http = new HttpConnection(server, connection.info().tls() != null);
      connection.framing(http);
      pipeline.addLast(http.decoder(), new HttpResponseEncoder(), http);
    }
  }

  @Override
  public Codec<Frame> newCodec() {
    return codec;
  }

  @Override
  public Layer layer() {
    return layer;
  }

  @Override
  public String applicationProtocol() {
    return "http/1.1";
  }

  @Override
  public boolean begins(byte[] first) {
    boolean isHttp1 = first[0] >= 'A' && first[0] <= 'Z';
    for (byte b : first) {
      isHttp1 &= (b >= 'A' && b <= 'Z') || b == ' ' || b == '/' || b == '-';
    }
    return isHttp1; // the preface of HTTP/2 has an asterisk
  }

  @Override
  public String toString() {
    return "http";
  }
}
