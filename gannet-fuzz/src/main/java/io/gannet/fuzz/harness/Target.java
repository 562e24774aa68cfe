package io.gannet.fuzz.harness;

import java.util.List;

/** Something that takes bytes which a stranger has chosen. */
public interface Target {

  /** {@return what it is called on the command line} */
  String name();

  /** {@return what it reads, in a few words} */
  String description();

  /** {@return inputs that reach deep; where all others come from} */
  List<byte[]> seeds();

  /** {@return how long an input is worth being, in bytes} */
  default int maxLength() {
    return 512;
  }

  /** {@return the packages whose coverage is looked at, in Jazzer's notation} */
  List<String> instrumented();

  /**
   * Reads an input and checks what must hold for any.
   *
   * @param input the input
   * @throws Exception anything, an {@link Error} included, is a finding
   */
  void run(byte[] input) throws Exception;
}
