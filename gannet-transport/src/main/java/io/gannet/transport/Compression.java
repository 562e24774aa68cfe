package io.gannet.transport;

/**
 * How a connection is compressed, both ways and from its first byte to its last; both sides must be
 * set to the same. Everything that has been sent leaves with the next flush, so that no message waits
 * for others. The limit on the size of a message counts what has been decompressed.
 *
 * <p>Compression next to encryption can give secrets away to somebody who sees the lengths of what is
 * sent and can have text of theirs sent along: don't compress secrets together with what others choose.
 *
 * @param algorithm how
 * @param level for {@link Algorithm#DEFLATE}: 0 (none) to 9 (most); -1 for the library's choice
 */
public record Compression(Algorithm algorithm, int level) {

  /** The ways to compress. */
  public enum Algorithm {
    /** One raw DEFLATE stream for each direction (RFC 1951), without a header, as getty has it. */
    DEFLATE,
    /** The framing format of Snappy, as getty has it. Quicker, and compresses less. */
    SNAPPY
  }

  /** Checks the arguments. */
  public Compression {
    if (level < -1 || level > 9 || (algorithm != Algorithm.DEFLATE && level != -1)) {
      throw new IllegalArgumentException(
          "level must be -1 to 9 for DEFLATE, and -1 for all else: %s at %d"
              .formatted(algorithm, level));
    }
  }

  /**
   * {@return DEFLATE at the library's level; keeps about 300 KiB of memory for each session}
   */
  public static Compression deflate() {
    return new Compression(Algorithm.DEFLATE, -1);
  }

  /**
   * Compresses with DEFLATE at a level.
   *
   * @param level 0 (none) to 9 (most)
   * @return the settings
   */
  public static Compression deflate(int level) {
    return new Compression(Algorithm.DEFLATE, level);
  }

  /**
   * {@return Snappy}
   */
  public static Compression snappy() {
    return new Compression(Algorithm.SNAPPY, -1);
  }
}
