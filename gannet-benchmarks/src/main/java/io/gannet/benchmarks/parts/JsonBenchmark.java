package io.gannet.benchmarks.parts;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.gannet.transport.json.JsonCodecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cost of writing and reading one JSON value with the default mapper. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBenchmark {

  private static final int KIB = 1024;

  /** The value. */
  @Param public Value value;

  private final ByteBufReader reader = new ByteBufReader();
  private final ByteBufWriter writer = new ByteBufWriter();
  private BodyCodec<Object> codec;
  private ByteBuf json;
  private ByteBuf out;

  /** The measured values. */
  @SuppressWarnings("ImmutableEnumChecker") // they are records of immutable parts
  public enum Value {
    /** A record with 1 KiB of ASCII. */
    ASCII(new Text("abcdefgh".repeat(KIB / 8))),
    /** A record with 1 KiB of ASCII, of which one character of 64 must be escaped. */
    ESCAPES(new Text(("abcdefg".repeat(9) + "\"").repeat(KIB / 64))),
    /** A record with 1,024 characters, of which one of eight is a letter with two bytes. */
    ACCENTS(new Text("abcdefg\u00e9".repeat(KIB / 8))),
    /** A record with 1,024 characters of three bytes. */
    CHINESE(new Text("\u4e2d\u6587".repeat(KIB / 2))),
    /** A record with two components. */
    SMALL(new Point(17, "north")),
    /** A record with ten components. */
    TEN(
        new Order(
            4711L,
            "Ada Lovelace",
            "12 Example Street",
            "London",
            "GB",
            3,
            129.95,
            true,
            List.of("books", "paper"),
            new Point(2, "south")));

    private final Object object;

    Value(Object object) {
      this.object = object;
    }
  }

  record Text(String text) {}

  record Point(int x, String name) {}

  record Order(
      long id,
      String name,
      String street,
      String city,
      String country,
      int count,
      double total,
      boolean isPaid,
      List<String> tags,
      Point place) {}

  /** Creates the codec and fills the buffers. */
  @Setup
  @SuppressWarnings("unchecked") // only its own value is encoded
  public void fill() {
    codec = (BodyCodec<Object>) JsonCodecs.body(value.object.getClass());
    json = Unpooled.directBuffer(4 * KIB);
    out = Unpooled.directBuffer(4 * KIB);
    writer.open(json, json.capacity());
    codec.encode(value.object, writer);
    writer.close();
  }

  /** Frees the buffers. */
  @TearDown
  public void free() {
    json.release();
    out.release();
  }

  /**
   * Writes the value.
   *
   * @return the size
   */
  @Benchmark
  public int write() {
    out.clear();
    writer.open(out, out.capacity());
    codec.encode(value.object, writer);
    writer.close();
    return out.writerIndex();
  }

  /**
   * Reads the value.
   *
   * @return the value
   */
  @Benchmark
  public Object read() {
    reader.open(json, 0, json.writerIndex(), 0);
    Object read = codec.decode(reader);
    reader.close();
    return read;
  }
}
