package io.gannet.transport;

/**
 * The compression of a connection, in both directions and from the first byte to the last. Both
 * sides must use the same algorithm. All sent data leaves with the next flush, so that no message
 * waits for later ones. The limit on the size of a message applies to decompressed data.
 *
 * <p>Compression combined with encryption can reveal secrets. An attacker who sees the lengths of
 * the encrypted data, and who can add text of their own to it, can guess the rest. Don't compress
 * secrets together with data that others control.
 *
 * @param algorithm the algorithm
 * @param level the effort: 0 (no compression) to 9 for {@link Algorithm#DEFLATE}, 1 to 19 for
 *     {@link Algorithm#ZSTANDARD}; -1 for the library's default, and for algorithms without levels.
 *     The two sides may use different levels
 */
public record Compression(Algorithm algorithm, int level) {

  /** The compression algorithms. */
  public enum Algorithm {
    /**
     * One raw DEFLATE stream (RFC 1951) per direction, without a header, compatible with getty.
     * Uses about 300 KiB of memory per session.
     */
    DEFLATE(0, 9),

    /**
     * The framing format of Snappy, compatible with getty. Faster than DEFLATE, with less
     * compression, because each flush is compressed independently. Uses no memory between flushes.
     */
    SNAPPY(-1, -1),

    /**
     * One LZ4 frame per direction, with independent blocks: sends blocks of 64 KiB, accepts at most
     * 256 KiB. Faster than DEFLATE, with less compression, like Snappy. Uses about 260 KiB per
     * session. Needs the library {@code at.yawk.lz4:lz4-java}, which is not a dependency of Gannet.
     */
    LZ4(-1, -1),

    /**
     * Zstandard (RFC 8878) with a window of 256 KiB. Rejects frames with a window of more than 2
     * MiB. Uses about 2 MiB per session, 4 MiB at the highest levels. Needs the library
     * {@code com.github.luben:zstd-jni}, which is not a dependency of Gannet.
     */
    ZSTANDARD(1, 19);

    private final int lowest;
    private final int highest;

    Algorithm(int lowest, int highest) {
      this.lowest = lowest;
      this.highest = highest;
    }

    private boolean has(int level) {
      return level == -1 || (level >= lowest && level <= highest);
    }
  }

  /** Checks the arguments. */
  public Compression {
    if (!algorithm.has(level)) {
      throw new IllegalArgumentException(
          algorithm.highest < 0
              ? "%s has no levels, so level must be -1: %d".formatted(algorithm, level)
              : "level of %s must be -1, or %d to %d: %d"
                  .formatted(algorithm, algorithm.lowest, algorithm.highest, level));
    }
  }

  /** {@return DEFLATE at the library's default level} */
  public static Compression deflate() {
    return new Compression(Algorithm.DEFLATE, -1);
  }

  /**
   * Compresses with DEFLATE at a level.
   *
   * @param level 0 (no compression) to 9 (most)
   * @return the settings
   */
  public static Compression deflate(int level) {
    return new Compression(Algorithm.DEFLATE, level);
  }

  /** {@return Snappy} */
  public static Compression snappy() {
    return new Compression(Algorithm.SNAPPY, -1);
  }

  /** {@return LZ4, which needs a library, see {@link Algorithm#LZ4}} */
  public static Compression lz4() {
    return new Compression(Algorithm.LZ4, -1);
  }

  /**
   * {@return Zstandard at the library's default level, which needs a library, see
   * {@link Algorithm#ZSTANDARD}}
   */
  public static Compression zstandard() {
    return new Compression(Algorithm.ZSTANDARD, -1);
  }

  /**
   * Compresses with Zstandard at a level.
   *
   * @param level 1 (fastest) to 19 (most)
   * @return the settings
   */
  public static Compression zstandard(int level) {
    return new Compression(Algorithm.ZSTANDARD, level);
  }
}
