package io.gannet.soak.internal.loss;

import java.util.ArrayList;
import java.util.List;

/** Adds up the accepted and the arrived messages. */
final class Tally {

  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long accepted;
  private long arrived;
  private long lost;
  private int cut;

  /**
   * Compares the messages that one side accepted for sending with those that the other side
   * received.
   *
   * @param direction the sender and the receiver
   * @param wasCut whether the sender was told that its peer may not have received everything
   * @param sent the accepted messages, by stream
   * @param received the arrived messages, by stream
   */
  void compare(String direction, boolean wasCut, Streams sent, Streams received) {
    if (wasCut) {
      cut++;
      note(direction + " was cut when the grace period ended");
    }
    for (int stream = Streams.HELLO + 1; stream < Streams.COUNT; stream++) {
      long expected = sent.get(stream);
      long got = received.get(stream);
      accepted += expected;
      arrived += Math.min(got, expected);
      if (got < expected) {
        lost += expected - got;
        String what =
            "%s, %s: accepted %d, arrived %d"
                .formatted(direction, Streams.name(stream), expected, got);
        if (wasCut) {
          note(what);
        } else {
          problem(what);
        }
      } else if (got > expected && stream != Streams.SEND_ASYNC) {
        // sendAsync may report a failure although the message has left. All other ways throw only
        // if nothing was sent.
        problem(
            "%s, %s: accepted only %d, but %d arrived"
                .formatted(direction, Streams.name(stream), expected, got));
      }
    }
  }

  /** Reports a violation. */
  void problem(String what) {
    problems.add(what);
  }

  /** Reports an observation that violates no guarantee, but deserves attention. */
  void note(String what) {
    notes.add(what);
  }

  void add(Tally other) {
    accepted += other.accepted;
    arrived += other.arrived;
    lost += other.lost;
    cut += other.cut;
    problems.addAll(other.problems);
  }

  List<String> problems() {
    return problems;
  }

  List<String> notes() {
    return notes;
  }

  @Override
  public String toString() {
    return "accepted %d, arrived %d, lost %d, sessions cut %d, problems %d"
        .formatted(accepted, arrived, lost, cut, problems.size());
  }
}
