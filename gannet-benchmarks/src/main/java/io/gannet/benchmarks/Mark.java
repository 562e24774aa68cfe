package io.gannet.benchmarks;

/** Why a measurement is to be read with care. */
enum Mark {
  /** The load generator had no time left, and the server had. */
  LOAD_BOUND("L", "the load generator was the bottleneck, not the server"),
  /** Other processes ran on the two cores. */
  NOISY("N", "other processes took more than 3 % of a core"),
  /** The hypervisor gave the cores to others. */
  STOLEN("S", "the hypervisor took more than 1 % of a core"),
  /** Messages of an open loop left late. */
  LATE("D", "messages left the load generator more than 1 ms late, at the 99th percentile");

  private final String letter;
  private final String meaning;

  Mark(String letter, String meaning) {
    this.letter = letter;
    this.meaning = meaning;
  }

  String letter() {
    return letter;
  }

  String meaning() {
    return meaning;
  }
}
