package io.gannet.cli.internal.common;

import io.gannet.cli.internal.common.Address.Scheme;
import io.gannet.transport.Compression;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.WebSocketOptions;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The kinds of compression, the values of {@code --compression}. */
enum CompressionKind {
  NONE,
  DEFLATE,
  SNAPPY,
  LZ4,
  ZSTD;

  /**
   * Compresses the connections of an endpoint. Does nothing for WebSocket, see
   * {@link #of(WebSocketOptions)}.
   */
  void applyTo(EndpointBuilder<?, ?> builder, Scheme scheme) {
    if (scheme.isWebSocket()) {
      return;
    }
    Optional<Compression> compression =
        switch (this) {
          case NONE -> Optional.empty();
          case DEFLATE -> Optional.of(Compression.deflate());
          case SNAPPY -> Optional.of(Compression.snappy());
          case LZ4 -> Optional.of(Compression.lz4());
          case ZSTD -> Optional.of(Compression.zstandard());
        };
    compression.ifPresent(builder::compression);
  }

  /** Adds this compression to the options of a WebSocket. */
  WebSocketOptions of(WebSocketOptions options) {
    return this == DEFLATE ? options.withCompression() : options;
  }

  /**
   * Checks that this compression fits the scheme.
   *
   * @throws ParameterException if it doesn't
   */
  void check(CommandSpec spec, Scheme scheme) {
    if (scheme.isWebSocket() && this != NONE && this != DEFLATE) {
      throw new ParameterException(
          spec.commandLine(), scheme + ":// can be compressed only with deflate, not with " + this);
    }
    if (scheme == Scheme.UDP && this != NONE) {
      throw new ParameterException(spec.commandLine(), "udp:// can't be compressed");
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a kind of compression from the command line. */
  static final class Converter extends Choice<CompressionKind> {
    Converter() {
      super(CompressionKind.values());
    }
  }
}
