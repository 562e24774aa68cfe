package io.gannet.fuzz;

import io.gannet.discovery.internal.RegistryEntryTarget;
import io.gannet.fuzz.harness.Target;
import io.gannet.fuzz.targets.AddressTarget;
import io.gannet.fuzz.targets.CallFramesTarget;
import io.gannet.fuzz.targets.CompressionTarget;
import io.gannet.fuzz.targets.DatagramTarget;
import io.gannet.fuzz.targets.DelimitedTarget;
import io.gannet.fuzz.targets.GettyCallsTarget;
import io.gannet.fuzz.targets.GettyEchoTarget;
import io.gannet.fuzz.targets.GrpcClientTarget;
import io.gannet.fuzz.targets.GrpcMessagesTarget;
import io.gannet.fuzz.targets.GrpcServerTarget;
import io.gannet.fuzz.targets.HandshakeAnswerTarget;
import io.gannet.fuzz.targets.HandshakeRequestTarget;
import io.gannet.fuzz.targets.HttpTarget;
import io.gannet.fuzz.targets.JsonTarget;
import io.gannet.fuzz.targets.LengthPrefixedTarget;
import io.gannet.fuzz.targets.LinesTarget;
import io.gannet.fuzz.targets.NettyCodecsTarget;
import io.gannet.fuzz.targets.PerMessageDeflateTarget;
import io.gannet.fuzz.targets.ProtobufTarget;
import io.gannet.fuzz.targets.ProtocolChoiceTarget;
import io.gannet.fuzz.targets.ProxyHeaderTarget;
import io.gannet.fuzz.targets.SessionTarget;
import io.gannet.fuzz.targets.TextTarget;
import io.gannet.fuzz.targets.WebSocketTarget;
import io.gannet.transport.Compression;
import java.util.List;

/** All targets. */
final class Targets {

  private static final List<Target> ALL =
      List.of(
          new CallFramesTarget(),
          new GettyCallsTarget(),
          new GettyEchoTarget(),
          new LinesTarget(),
          new LengthPrefixedTarget(),
          new DelimitedTarget(),
          new TextTarget(),
          new JsonTarget(),
          new ProtobufTarget(),
          new NettyCodecsTarget(),
          new SessionTarget(),
          new CompressionTarget(Compression.deflate()),
          new CompressionTarget(Compression.snappy()),
          new CompressionTarget(Compression.lz4()),
          new CompressionTarget(Compression.zstandard()),
          new ProxyHeaderTarget(),
          new WebSocketTarget(),
          new PerMessageDeflateTarget(),
          new HandshakeRequestTarget(),
          new HandshakeAnswerTarget(),
          new DatagramTarget(),
          new GrpcServerTarget(),
          new GrpcClientTarget(),
          new HttpTarget(),
          new ProtocolChoiceTarget(),
          new GrpcMessagesTarget(),
          new RegistryEntryTarget(),
          new AddressTarget());

  private Targets() {}

  static List<Target> all() {
    return ALL;
  }

  static Target named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown target " + name));
  }
}
