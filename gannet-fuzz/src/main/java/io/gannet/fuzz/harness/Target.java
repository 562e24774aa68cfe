package io.gannet.fuzz.harness;

import java.util.List;

/** A decoder of untrusted bytes. */
public interface Target {

  /** {@return the name on the command line} */
  String name();

  /** {@return a short description of its input} */
  String description();

  /** {@return inputs with good coverage, from which all others are derived} */
  List<byte[]> seeds();

  /** {@return the useful maximum length of an input, in bytes} */
  default int maxLength() {
    return 512;
  }

  /** {@return the packages whose coverage is measured, in Jazzer's notation} */
  List<String> instrumented();

  /**
   * Decodes an input and checks the conditions that must hold for any input.
   *
   * @param input the input
   * @throws Exception anything, an {@link Error} included, is a finding
   */
  void run(byte[] input) throws Exception;
}
