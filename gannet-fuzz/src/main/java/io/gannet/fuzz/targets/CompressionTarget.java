package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.compression.CompressionLayer;
import io.gannet.transport.internal.session.Layer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.jspecify.annotations.Nullable;

/** A compressed stream, compared with the library's result for the whole stream. */
public final class CompressionTarget implements Target {

  private static final int LIMIT = 1 << 20;

  /**
   * The maximum number of decompressed bytes to compare, because few bytes can expand to very many.
   */
  private static final int MOST = 1 << 18;

  private static final byte[] TEXT =
      "to be or not to be, that is the question whether to be or not to be".getBytes(UTF_8);

  private final Compression compression;
  private final Layer layer;

  /** The library's result for an input. */
  private final byte[] theirs = new byte[MOST];

  /**
   * Creates a target.
   *
   * @param compression the compression
   */
  public CompressionTarget(Compression compression) {
    this.compression = compression;
    this.layer = new CompressionLayer(compression);
  }

  @Override
  public String name() {
    return compression.algorithm().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String description() {
    return "a stream compressed with " + name();
  }

  @Override
  public int maxLength() {
    return 256;
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.compression.**",
        "io.netty.handler.codec.compression.Snappy**",
        "net.jpountz.lz4.LZ4FrameInputStream**",
        "net.jpountz.lz4.LZ4JavaSafe**");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] noise = new byte[80];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) (i * i * 31);
    }
    return List.of(
        Input.of(new int[] {0, 3}, compressed(TEXT)),
        Input.of(new int[] {0, 0}, compressed(noise)),
        Input.of(new int[] {0, 5}, compressed(new byte[2500])),
        Input.of(new int[] {1, 2}, TEXT));
  }

  @Override
  public void run(byte[] bytes) throws IOException {
    Input input = new Input(bytes);
    // Compressing costs far more than decompressing: libraries allocate large tables for it.
    boolean plain = input.choice(2) == 1 && input.isOneIn(8);
    int cut = input.choice();
    byte[] rest = input.rest();
    if (plain) {
      Decompressed back = decompressed(compressed(rest), cut);
      Finding.unless(
          back.end.equals("PEER_CLOSED") && Arrays.equals(rest, back.bytes),
          "what was compressed comes back as something else, and ends with %s",
          back.end);
      return;
    }
    Decompressed whole = decompressed(rest, -1);
    Decompressed pieces = decompressed(rest, cut);
    // In case of an error, an unknown part of the earlier input was delivered.
    int both = Math.min(whole.bytes.length, pieces.bytes.length);
    Finding.unless(
        whole.end.equals(pieces.end)
            && (whole.size == pieces.size || !whole.end.equals("PEER_CLOSED"))
            && Arrays.equals(whole.bytes, 0, both, pieces.bytes, 0, both),
        "in one piece %d bytes and %s, cut %d and %s",
        whole.size,
        whole.end,
        pieces.size,
        pieces.end);
    compareWithLibrary(rest, whole);
  }

  private void compareWithLibrary(byte[] bytes, Decompressed ours) throws IOException {
    InputStream in = library(bytes);
    if (in == null) {
      return;
    }
    int length = 0;
    boolean ended = false;
    try (in) {
      while (length < MOST && !ended) {
        int count = in.read(theirs, length, MOST - length);
        ended = count < 0;
        length += Math.max(count, 0);
      }
    } catch (IOException | RuntimeException e) {
      // The library fails. Our decompressor may have less output, or the same.
    }
    int both = Math.min(length, ours.bytes.length);
    Finding.unless(
        Arrays.equals(theirs, 0, both, ours.bytes, 0, both),
        "the library decompresses something else");
    if (ended && ours.end.equals("PEER_CLOSED")) {
      Finding.unless(
          length == ours.bytes.length,
          "the library has %d bytes, we %d",
          length,
          ours.bytes.length);
    }
  }

  private @Nullable InputStream library(byte[] bytes) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    try {
      return switch (compression.algorithm()) {
        case DEFLATE -> new Inflating(in);
        case LZ4 -> new LZ4FrameInputStream(in, true);
        case ZSTANDARD -> new ZstdInputStreamNoFinalizer(in).setContinuous(true).setLongMax(21);
        case SNAPPY -> null;
      };
    } catch (IOException | RuntimeException e) {
      return null; // invalid header
    }
  }

  /** Releases its inflater at once; otherwise the garbage collector would. */
  private static final class Inflating extends InflaterInputStream {
    Inflating(InputStream in) {
      super(in, new Inflater(true));
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared explicitly where needed
  private record Decompressed(byte[] bytes, long size, String end) {}

  /** Returns the output, up to a limit, and the end. */
  private Decompressed decompressed(byte[] bytes, int cut) {
    Start start = new Start();
    String end;
    try (Connection<byte[]> connection =
        new Connection<>(codec(), LIMIT, List.of(layer), start::add)) {
      if (cut < 0) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, new Splits(cut));
      }
      connection.end();
      end = String.valueOf(connection.events().getLast());
    }
    return new Decompressed(start.bytes(), start.size, end.substring(0, end.indexOf(' ')));
  }

  private static Codec<byte[]> codec() {
    return Codecs.raw();
  }

  private byte[] compressed(byte[] bytes) {
    List<Object> none = new ArrayList<>();
    try (Connection<byte[]> connection =
        new Connection<>(codec(), LIMIT, List.of(layer), none::add)) {
      int half = bytes.length / 2;
      Objects.requireNonNull(connection.session()).send(Arrays.copyOf(bytes, half));
      connection.flush();
      Objects.requireNonNull(connection.session())
          .send(Arrays.copyOfRange(bytes, half, bytes.length));
      connection.end();
      return connection.sent();
    }
  }

  /** The first bytes of a stream, and their number. */
  private static final class Start {
    private byte[] kept = new byte[1024];
    private long size;

    Object add(byte[] piece) {
      int room = (int) Math.min(MOST - Math.min(size, MOST), piece.length);
      int at = (int) Math.min(size, MOST);
      if (at + room > kept.length) {
        kept = Arrays.copyOf(kept, Math.max(at + room, 2 * kept.length));
      }
      System.arraycopy(piece, 0, kept, at, room);
      size += piece.length;
      return "bytes";
    }

    byte[] bytes() {
      return Arrays.copyOf(kept, (int) Math.min(size, MOST));
    }
  }
}
