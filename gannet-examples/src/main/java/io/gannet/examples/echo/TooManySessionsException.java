package io.gannet.examples.echo;

/** The server has as many sessions as it may; thrown from {@code onOpen} to refuse one more. */
public final class TooManySessionsException extends Exception {

  private static final long serialVersionUID = 1L;

  TooManySessionsException(int maxSessions) {
    super("too many sessions: the limit is %d (setting maxSessions)".formatted(maxSessions));
  }
}
