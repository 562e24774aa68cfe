package io.gannet.examples.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes over a connection: commands in, replies out. */
public sealed interface Resp {

  /**
   * A command with its arguments.
   *
   * @param words the name and the arguments; none for an empty line, which has no reply
   */
  record Command(List<byte[]> words) implements Resp {}

  /**
   * A short text that is all right.
   *
   * @param text without line breaks
   */
  record Status(String text) implements Resp {}

  /**
   * Why a command was not done.
   *
   * @param text begins with a word in capitals that says what kind of failure it is; line breaks are
   *     sent as blanks
   */
  record Failure(String text) implements Resp {}

  /**
   * An integer.
   *
   * @param value the integer
   */
  record Int(long value) implements Resp {}

  /**
   * A value.
   *
   * @param bytes its bytes, or null if there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Bulk(byte @Nullable [] bytes) implements Resp {}

  /**
   * Several replies as one.
   *
   * @param items the replies
   */
  record Many(List<? extends Resp> items) implements Resp {}
}
