package io.gannet.examples.redis;

/** A command that can't be done; the message is the reply. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1;

  CommandException(String reply) {
    super(reply, null, false, false); // an answer to the client, and no fault to look for
  }
}
