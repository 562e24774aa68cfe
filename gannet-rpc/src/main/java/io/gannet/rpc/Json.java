package io.gannet.rpc;

import java.util.Objects;

/**
 * A JSON value as text, for calls without types: as the only argument it is sent as it stands, and as a
 * result it is what the peer sent. As the only argument of a method of several parameters it is the
 * array of all of them.
 *
 * @param text the JSON; not checked here
 */
public record Json(String text) {

  /**
   * Checks the argument.
   *
   * @param text the JSON
   */
  public Json {
    Objects.requireNonNull(text, "text");
  }

  @Override
  public String toString() {
    return text;
  }
}
