package io.gannet.benchmarks.peers;

/** A client of a server that speaks a protocol of its own; safe for use by any number of threads. */
public interface CallingClient {

  /**
   * Calls the server without waiting for its answer.
   *
   * @param connection on which of its connections, from 0; a client that spreads calls by itself may
   *     take another
   * @param payload what is sent, in ASCII, so that a text can carry it as well
   * @param reply gets the answer, on any thread, also before this returns
   * @throws Exception if the call can't be sent
   */
  void call(int connection, byte[] payload, Reply reply) throws Exception;

  /**
   * Calls for a stream, without waiting for it.
   *
   * @param connection as above
   * @param payload what is sent, and what each item of the stream holds
   * @param reply gets the items, one after the other, and the end
   */
  default void stream(int connection, byte[] payload, Reply reply) {
    throw new UnsupportedOperationException("this client has no streams");
  }

  /** Gets the answer to a call. */
  interface Reply {

    /**
     * Takes the answer.
     *
     * @param payload what came
     */
    void answered(byte[] payload);

    /**
     * Takes an item of a stream.
     *
     * @param payload what came
     */
    void item(byte[] payload);

    /** Takes the end of a stream. */
    void ended();

    /**
     * Takes what there is instead of an answer.
     *
     * @param error why
     */
    void failed(Throwable error);
  }

  /** Makes clients. */
  @FunctionalInterface
  interface Factory {

    /**
     * Connects to a server on the loopback address.
     *
     * @param port of the server
     * @param connections how many
     * @return a client that is connected, or connects by itself
     * @throws Exception if it can't
     */
    CallingClient connect(int port, int connections) throws Exception;
  }
}
