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
 * @param level how hard to try: 0 (not at all) to 9 for {@link Algorithm#DEFLATE}, 1 to 19 for {@link
 *     Algorithm#ZSTANDARD}; -1 for the library's choice, and for those that have no levels. The other
 *     side need not know it
 */
public record Compression(Algorithm algorithm, int level) {

  /** The ways to compress. */
  public enum Algorithm {
    /**
     * One raw DEFLATE stream for each direction (RFC 1951), without a header, as getty has it. Keeps
     * about 300 KiB of memory for each session.
     */
    DEFLATE(0, 9),

    /**
     * The framing format of Snappy, as getty has it. Quicker than DEFLATE, and compresses less: what
     * leaves with one flush is not compared with what left before. Keeps nothing.
     */
    SNAPPY(-1, -1),

    /**
     * One LZ4 frame for each direction, with independent blocks of 256 KiB at most. Quicker than
     * DEFLATE, and compresses less: as Snappy. Keeps about 260 KiB. Needs the library {@code
     * at.yawk.lz4:lz4-java}, which doesn't come with this one.
     */
    LZ4(-1, -1),

    /**
     * Zstandard (RFC 8878) with a window of 256 KiB. Frames with a window of more than 2 MiB are not
     * accepted. Keeps about 2 MiB, at the highest levels 4 MiB. Needs the library {@code com.github.luben:zstd-jni}, which doesn't
     * come with this one.
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

  /**
   * {@return DEFLATE at the library's level}
   */
  public static Compression deflate() {
    return new Compression(Algorithm.DEFLATE, -1);
  }

  /**
   * Compresses with DEFLATE at a level.
   *
   * @param level 0 (not at all) to 9 (most)
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

  /**
   * {@return LZ4, for which a library is needed, see {@link Algorithm#LZ4}}
   */
  public static Compression lz4() {
    return new Compression(Algorithm.LZ4, -1);
  }

  /**
   * {@return Zstandard at the library's level; a library is needed, see {@link Algorithm#ZSTANDARD}}
   */
  public static Compression zstandard() {
    return new Compression(Algorithm.ZSTANDARD, -1);
  }

  /**
   * Compresses with Zstandard at a level.
   *
   * @param level 1 (quickest) to 19 (most)
   * @return the settings
   */
  public static Compression zstandard(int level) {
    return new Compression(Algorithm.ZSTANDARD, level);
  }
}
