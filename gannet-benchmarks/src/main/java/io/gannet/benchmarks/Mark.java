package io.gannet.benchmarks;

/** The reason why a measurement needs care. */
enum Mark {
  /** The load generator had no idle time, but the server had. */
  LOAD_BOUND("L", "the load generator was the bottleneck, not the server"),
  /** Other processes ran on the two cores. */
  NOISY("N", "other processes took more than 3 % of a core"),
  /** The hypervisor used the cores for other machines. */
  STOLEN("S", "the hypervisor took more than 1 % of a core"),
  /** Messages of an open loop were sent late. */
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
