package io.gannet.benchmarks.peers;

import java.io.Serializable;

/** The message of calls, for libraries with their own serialization. */
public final class Message implements Serializable {

  private static final long serialVersionUID = 1;

  private byte[] body;

  /** Creates an empty message for a serializer. */
  public Message() {}

  /**
   * Creates a message.
   *
   * @param body its payload
   */
  public Message(byte[] body) {
    this.body = body;
  }

  /** {@return its payload} */
  public byte[] getBody() {
    return body;
  }

  /** Sets its payload. */
  public void setBody(byte[] body) {
    this.body = body;
  }
}
