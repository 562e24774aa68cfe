package io.gannet.spring.boot.internal;

import org.jspecify.annotations.Nullable;

/** A mistake in the application or its properties, with what to do about it. */
public final class ConfigurationFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String action;

  ConfigurationFailedException(String description, String action) {
    this(description, action, null);
  }

  ConfigurationFailedException(String description, String action, @Nullable Throwable cause) {
    super(description, cause);
    this.action = action;
  }

  String action() {
    return action;
  }
}
