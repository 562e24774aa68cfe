package io.gannet.benchmarks.peers;

/** A client of a server with its own protocol. Thread-safe. */
public interface CallingClient {

  /**
   * Calls the server without waiting for the answer.
   *
   * @param connection the number of the connection, from 0; a client that distributes calls itself
   *     may use another one
   * @param payload the payload in ASCII, so that it can be sent as text
   * @param reply receives the answer, on any thread, possibly before this method returns
   * @throws Exception if the call can't be sent
   */
  void call(int connection, byte[] payload, Reply reply) throws Exception;

  /**
   * Requests a stream, without waiting for it.
   *
   * @param connection as above
   * @param payload the payload of the call, and of each item of the stream
   * @param reply receives the items one after the other, and the end
   */
  default void stream(int connection, byte[] payload, Reply reply) {
    throw new UnsupportedOperationException("this client has no streams");
  }

  /** Receives the answer to a call. */
  interface Reply {

    /**
     * Receives the answer.
     *
     * @param payload the received payload
     */
    void answered(byte[] payload);

    /**
     * Receives an item of a stream.
     *
     * @param payload the received payload
     */
    void item(byte[] payload);

    /** Receives the end of a stream. */
    void ended();

    /**
     * Receives the failure of a call.
     *
     * @param error the failure
     */
    void failed(Throwable error);
  }

  /** Creates clients. */
  @FunctionalInterface
  interface Factory {

    /**
     * Connects to a server on the loopback address.
     *
     * @param port the port of the server
     * @param connections the number of connections
     * @return a client that is connected, or connects itself
     * @throws Exception if the client can't connect
     */
    CallingClient connect(int port, int connections) throws Exception;
  }
}
