package io.gannet.cli.internal.common;

import io.gannet.cli.internal.common.Address.Scheme;
import io.gannet.transport.Compression;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.WebSocketOptions;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The names of the ways to compress. */
enum CompressionKind {
  NONE,
  DEFLATE,
  SNAPPY,
  LZ4,
  ZSTD;

  /** Compresses the connections of an endpoint, unless {@link #of(WebSocketOptions)} does. */
  void applyTo(EndpointBuilder<?, ?> builder, Scheme scheme) {
    if (scheme.isWebSocket()) {
      return;
    }
    switch (this) {
      case NONE -> {}
      case DEFLATE -> builder.compression(Compression.deflate());
      case SNAPPY -> builder.compression(Compression.snappy());
      case LZ4 -> builder.compression(Compression.lz4());
      case ZSTD -> builder.compression(Compression.zstandard());
    }
  }

  /** Adds this to how WebSocket is spoken. */
  WebSocketOptions of(WebSocketOptions options) {
    return this == DEFLATE ? options.withCompression() : options;
  }

  /**
   * Checks that connections can be compressed so.
   *
   * @throws ParameterException if they can't
   */
  void check(CommandSpec spec, Scheme scheme) {
    if (scheme.isWebSocket() && this != NONE && this != DEFLATE) {
      throw new ParameterException(
          spec.commandLine(), scheme + ":// can be compressed with deflate, not with " + this);
    }
    if (scheme == Scheme.UDP && this != NONE) {
      throw new ParameterException(spec.commandLine(), "udp:// can't be compressed");
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a name. */
  static final class Converter extends Choice<CompressionKind> {
    Converter() {
      super(CompressionKind.values());
    }
  }
}
