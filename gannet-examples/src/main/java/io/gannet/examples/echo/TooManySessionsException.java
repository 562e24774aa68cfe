package io.gannet.examples.echo;

/** Thrown from {@code onOpen} to refuse a session when the limit is reached. */
public final class TooManySessionsException extends Exception {

  private static final long serialVersionUID = 1L;

  TooManySessionsException(int maxSessions) {
    super("too many sessions: the limit is %d (setting maxSessions)".formatted(maxSessions));
  }
}
