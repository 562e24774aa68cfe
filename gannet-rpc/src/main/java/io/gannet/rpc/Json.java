package io.gannet.rpc;

import java.util.Objects;

/**
 * A JSON value as text, for calls without types. As the only argument, it is sent unchanged; if the
 * method has several parameters, it is the array of all of them. As a result, it is the unchanged
 * text from the peer.
 *
 * @param text the JSON; not validated
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
