package io.gannet.protoc.internal;

/** Thrown for what the plugin refuses; protoc prints the message. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
