package io.gannet.grpc.internal;

/** Creates what differs between a server and a client. */
interface GrpcRole {

  /**
   * What differs.
   *
   * @param receiver receives the messages of the peer
   * @param sender sends the messages of the session
   */
  record Side(MessageReceiver receiver, MessageSender sender) {}

  /** Creates it for a connection. */
  Side of(GrpcConnection connection, ControlFrameLimit controlFrames);
}
