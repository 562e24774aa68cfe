package io.gannet.examples.redis;

/** Thrown if a command can't be executed; the message is the reply. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CommandException(String reply) {
    super(reply, null, false, false); // a reply to the client, not a bug
  }
}
