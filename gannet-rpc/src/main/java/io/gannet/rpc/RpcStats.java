package io.gannet.rpc;

/** The counters of a connection. */
public interface RpcStats {

  /** {@return calls made by this side} */
  long callsSent();

  /** {@return calls made by this side that wait for their reply} */
  int callsPending();

  /** {@return calls made by the peer, including refused ones} */
  long callsReceived();

  /** {@return calls of the peer that run, or whose response waits because the peer doesn't read} */
  int callsRunning();

  /** {@return calls of the peer that were refused without being run} */
  long callsRefused();

  /**
   * {@return responses without a waiting call, mostly because it was cancelled or its deadline
   * passed}
   */
  long unexpectedResponses();

  /** {@return frames with an unknown type, or that belong to no call} */
  long skippedFrames();
}
