package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CodecContext;

/** What the session is told, and asked, on its loop. */
interface InboundEvents extends CodecContext {

  /** {@return whether messages go both ways} */
  boolean isConnected();

  /** {@return whether all has ended} */
  boolean isClosed();

  /** {@return whether messages that are decoded now or later reach the listener} */
  boolean delivers();

  /**
   * A read has ended.
   *
   * @param bytes how many bytes it has brought
   * @param messages how many messages came of them, and of what was kept
   */
  void received(int bytes, int messages);

  /**
   * Something was decoded.
   *
   * @param ended whether a message has ended, so that one that is not whole is a new one
   */
  void progressed(boolean ended);

  /** Reading pauses. */
  void readPaused();

  /** Reading goes on. */
  void readResumed();

  /**
   * What has come can't be decoded.
   *
   * @param cause why
   */
  void decodeFailed(Throwable cause);

  /**
   * The peer doesn't keep to the protocol, or to the limits.
   *
   * @param why what the session is to end with; its cause is for the listener
   */
  void violated(CloseReason why);

  /**
   * The peer sends no more.
   *
   * @param why what the session ends with, unless it has another reason already
   */
  void inputEnded(CloseReason why);

  /**
   * A layer can't make sense of what the peer has sent.
   *
   * @param cause why
   */
  void inputFailed(Throwable cause);

  /**
   * Reading or writing has failed.
   *
   * @param cause why
   */
  void ioFailed(Throwable cause);

  /** The connection is gone. */
  void connectionEnded();
}
