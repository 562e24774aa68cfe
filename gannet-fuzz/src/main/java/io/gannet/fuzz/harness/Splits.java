package io.gannet.fuzz.harness;

/** Splits bytes into pieces, as a network does. */
public final class Splits {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** The number of single bytes before the pieces get larger. */
  private static final int SINGLE = 64;

  private int most;
  private int pieces;
  private long state;

  /**
   * Creates a splitter with its own sequence for each seed.
   *
   * @param seed 0 starts with single bytes
   */
  public Splits(int seed) {
    this.most = seed == 0 ? 1 : 2 << (seed & 7);
    this.state = seed;
  }

  /**
   * {@return the length of the next piece, at least 1}
   *
   * @param left the number of remaining bytes
   */
  public int next(int left) {
    if (most == 1) {
      if (++pieces <= SINGLE) {
        return 1;
      }
      most = 2 * SINGLE;
    }
    state += GAMMA;
    long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed ^= mixed >>> 27;
    return Math.min(left, 1 + (int) Long.remainderUnsigned(mixed, most));
  }
}
