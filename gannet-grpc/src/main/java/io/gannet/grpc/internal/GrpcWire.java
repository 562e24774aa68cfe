package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.Codec;
import io.gannet.transport.Session;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.Layer;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.function.Function;

/**
 * gRPC over HTTP/2. The {@link Http2Layer} handles HTTP/2 and exchanges {@link Message}s with the
 * session, which the {@link GrpcCodec} converts from and to frames.
 */
final class GrpcWire extends MessageWire {

  private static final AsciiString HTTP = AsciiString.cached("http");
  private static final AsciiString HTTPS = AsciiString.cached("https");

  /** The beginning of HTTP/2's preface (RFC 9113, section 3.4). */
  private static final byte[] PREFACE = "PRI *".getBytes(US_ASCII);

  private final GrpcCodec codec;
  private final Function<String, Layer> layers;

  private GrpcWire(GrpcCodec codec, Function<String, Layer> layers) {
    this.codec = codec;
    this.layers = layers;
  }

  /** {@return the protocol of a server} */
  static GrpcWire ofServer(WireProvider.Endpoint server) {
    Layer layer =
        new Http2Layer(encrypted -> GrpcConnectionBuilder.ofServer(server, encrypted), false);
    return new GrpcWire(new ServerCodec(), authority -> layer);
  }

  /** {@return the protocol of a client} */
  static GrpcWire ofClient(WireLimits limits, Frame.Window window) {
    return new GrpcWire(
        new ClientCodec(),
        authority ->
            new Http2Layer(
                encrypted ->
                    GrpcConnectionBuilder.ofClient(
                        limits,
                        window,
                        new GrpcTarget(encrypted ? HTTPS : HTTP, new AsciiString(authority))),
                true));
  }

  @Override
  public Codec<Frame> newCodec() {
    return codec;
  }

  @Override
  public Layer layer() {
    return layers.apply("");
  }

  @Override
  public Layer layer(String authority) {
    return layers.apply(authority);
  }

  @Override
  public String applicationProtocol() {
    return Http2Layer.PROTOCOL;
  }

  @Override
  public boolean begins(byte[] first) {
    return Arrays.equals(first, PREFACE);
  }

  @Override
  public boolean sendsHeartbeats() {
    return codec instanceof ServerCodec; // servers police those of clients
  }

  @Override
  public boolean neverSent(Session<?> ended, long call) {
    return Framing.of(ended) instanceof GrpcConnection http2
        && http2.sender().neverSent((int) call);
  }

  @Override
  public String toString() {
    return "grpc";
  }
}
