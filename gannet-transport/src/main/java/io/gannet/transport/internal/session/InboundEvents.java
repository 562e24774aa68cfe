package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CodecContext;

/** The session, as seen by its inbound side. Called on its loop. */
interface InboundEvents extends CodecContext {

  /** {@return whether messages can be sent and received} */
  boolean isConnected();

  /** {@return whether the session has closed} */
  boolean isClosed();

  /** {@return whether messages that are decoded now or later reach the listener} */
  boolean delivers();

  /**
   * Called at the end of a read.
   *
   * @param bytes the number of bytes read
   * @param messages the number of messages decoded from them and from retained bytes
   */
  void received(int bytes, int messages);

  /**
   * Called when something was decoded.
   *
   * @param ended whether a message has ended, so that an incomplete message is a new one
   */
  void progressed(boolean ended);

  /** Called when reading pauses. */
  void readPaused();

  /** Called when reading resumes. */
  void readResumed();

  /**
   * Called when received bytes can't be decoded.
   *
   * @param cause the reason
   */
  void decodeFailed(Throwable cause);

  /**
   * Called when the peer has violated the protocol or a limit.
   *
   * @param why the close reason; its cause has been passed to the listener
   */
  void violated(CloseReason why);

  /**
   * Called when the peer has ended its stream.
   *
   * @param why the close reason, unless the session already has one
   */
  void inputEnded(CloseReason why);

  /**
   * Called when a layer can't process the peer's data.
   *
   * @param cause the reason
   */
  void inputFailed(Throwable cause);

  /**
   * Called when reading or writing has failed.
   *
   * @param cause the reason
   */
  void ioFailed(Throwable cause);

  /** Called when the connection is closed. */
  void connectionEnded();
}
