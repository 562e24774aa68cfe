package io.gannet.examples.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a connection: commands in, replies out. */
public sealed interface Resp {

  /**
   * A command with its arguments.
   *
   * @param words the name and the arguments; none for an empty line, which has no reply
   */
  record Command(List<byte[]> words) implements Resp {}

  /**
   * A short text that reports success.
   *
   * @param text a text without line breaks
   */
  record Status(String text) implements Resp {}

  /**
   * The reason why a command failed.
   *
   * @param text starts with a word in capitals that names the kind of failure; line breaks are sent
   *     as blanks
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
   * @param bytes the bytes, or null if there is no value
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Bulk(byte @Nullable [] bytes) implements Resp {}

  /**
   * Several replies in one.
   *
   * @param items the replies
   */
  record Many(List<? extends Resp> items) implements Resp {}
}
