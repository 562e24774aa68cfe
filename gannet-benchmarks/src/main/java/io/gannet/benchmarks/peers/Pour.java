package io.gannet.benchmarks.peers;

/** Threads that send on one connection as fast as possible. */
final class Pour {

  /** Sends one message. */
  @FunctionalInterface
  interface Sender {

    /**
     * Sends a message, and waits while there is no room.
     *
     * @param payload the message
     * @return false if the connection is closed
     * @throws InterruptedException if the thread is interrupted
     */
    boolean send(byte[] payload) throws InterruptedException;
  }

  private Pour() {}

  static void start(byte[] order, Sender sender) {
    int size = Numbers.getInt(order, 0);
    int threads = Numbers.getInt(order, 8);
    for (int i = 0; i < threads; i++) {
      int id = i;
      Thread.ofPlatform().name("pour-" + i).daemon().start(() -> run(id, size, sender));
    }
  }

  private static void run(int id, int size, Sender sender) {
    try {
      long number = 0;
      while (sender.send(Pattern.payload(size, id, number))) {
        number++;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
