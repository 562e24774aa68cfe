package io.gannet.benchmarks.peers;

import java.io.Serializable;

/** What calls carry, where a library has a serialization of its own. */
public final class Message implements Serializable {

  private static final long serialVersionUID = 1;

  private byte[] body;

  /** Makes one that is to be filled by a serializer. */
  public Message() {}

  /**
   * Makes a message.
   *
   * @param body what it carries
   */
  public Message(byte[] body) {
    this.body = body;
  }

  /** {@return what it carries} */
  public byte[] getBody() {
    return body;
  }

  /** Sets what it carries. */
  public void setBody(byte[] body) {
    this.body = body;
  }
}
