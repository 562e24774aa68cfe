package io.gannet.benchmarks.parts;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** The cost of decoding a message from a read with {@link #RUN} of them, and of encoding one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  private static final int RUN = 16;

  /** The size of a message. */
  @Param({"64", "1024"})
  public int size;

  private final Codec<byte[]> bytes = Codecs.lengthPrefixed();
  private final Codec<String> lines = Codecs.lines();
  private final CodecContext context = CodecContext.of(1 << 20, ConnectionInfo.nothing());
  private final ByteBufReader reader = new ByteBufReader();
  private final ByteBufWriter writer = new ByteBufWriter();
  private byte[] message;
  private String text;
  private ByteBuf framed;
  private ByteBuf lined;
  private ByteBuf out;

  /** Fills the buffers. */
  @Setup
  public void fill() {
    message = new byte[size];
    text = "x".repeat(size);
    framed = Unpooled.directBuffer(RUN * (size + 4));
    lined = Unpooled.directBuffer(RUN * (size + 1));
    out = Unpooled.directBuffer(2 * RUN * (size + 4));
    for (int i = 0; i < RUN; i++) {
      framed.writeInt(size).writeBytes(message);
      lined.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Frees the buffers. */
  @TearDown
  public void free() {
    framed.release();
    lined.release();
    out.release();
  }

  /**
   * Decodes byte arrays.
   *
   * @param hole consumes them
   */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public void decodeLengthPrefixed(Blackhole hole) {
    decode(bytes, framed, hole);
  }

  /**
   * Decodes lines.
   *
   * @param hole consumes them
   */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public void decodeLines(Blackhole hole) {
    decode(lines, lined, hole);
  }

  private <M> void decode(Codec<M> codec, ByteBuf in, Blackhole hole) {
    reader.open(in, 0, in.writerIndex(), 0);
    M decoded;
    while ((decoded = codec.decode(context, reader)) != null) {
      hole.consume(decoded);
    }
    reader.close();
  }

  /** Encodes byte arrays. */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public void encodeLengthPrefixed() {
    encode(bytes, message);
  }

  /** Encodes lines. */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public void encodeLines() {
    encode(lines, text);
  }

  private <M> void encode(Codec<M> codec, M message) {
    out.clear();
    for (int i = 0; i < RUN; i++) {
      writer.open(out, context.maxMessageSize());
      codec.encode(context, message, writer);
      writer.close();
    }
  }
}
