package io.gannet.transport.internal.compression;

import io.gannet.transport.Compression;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.Zstd;
import org.jspecify.annotations.Nullable;

/** Compresses whole connections. */
public final class CompressionLayer implements Layer {

  private final Compression compression;

  /**
   * Creates the layer of one endpoint.
   *
   * @param compression how to compress
   * @throws TransportException if a library is missing
   */
  public CompressionLayer(Compression compression) {
    this.compression = compression;
    @Nullable TransportException missing =
        switch (compression.algorithm()) {
          case DEFLATE, SNAPPY -> null;
          case LZ4 -> missingLz4();
          case ZSTANDARD -> missingZstandard();
        };
    if (missing != null) {
      throw missing;
    }
  }

  private static @Nullable TransportException missingLz4() {
    try {
      Class.forName("net.jpountz.lz4.LZ4Factory");
      return null;
    } catch (ClassNotFoundException | LinkageError e) {
      return missing("LZ4", "at.yawk.lz4:lz4-java", "org.lz4.java", e);
    }
  }

  private static @Nullable TransportException missingZstandard() {
    return Zstd.isAvailable()
        ? null
        : missing(
            "Zstandard", "com.github.luben:zstd-jni", "com.github.luben.zstd_jni", Zstd.cause());
  }

  private static TransportException missing(
      String algorithm, String artifact, String module, Throwable cause) {
    return new TransportException(
        "compression with %s needs the library %s on the class path, or the module %s: %s"
            .formatted(algorithm, artifact, module, cause),
        cause);
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    CompressingHandler compressing = new CompressingHandler(newCompressor());
    pipeline.addLast(compressing, new DecompressingHandler(newDecompressor(), connection));
    connection.onEnd(why -> compressing.finish());
  }

  private Compressor newCompressor() {
    return switch (compression.algorithm()) {
      case DEFLATE -> new DeflateCompressor(compression.level());
      case SNAPPY -> new SnappyCompressor();
      case LZ4 -> new Lz4Compressor();
      case ZSTANDARD -> new ZstandardCompressor(compression.level());
    };
  }

  private Decompressor newDecompressor() {
    return switch (compression.algorithm()) {
      case DEFLATE -> new DeflateDecompressor();
      case SNAPPY -> new SnappyDecompressor();
      case LZ4 -> new Lz4Decompressor();
      case ZSTANDARD -> new ZstandardDecompressor();
    };
  }
}
