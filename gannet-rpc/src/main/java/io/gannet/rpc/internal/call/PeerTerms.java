package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.wire.CompressedPayload;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What the peer has said in its hello, as far as this side's settings allow it.
 *
 * @param greeting what the peer says about itself
 * @param maxFrame how many bytes a frame may have that is sent to it
 * @param maxCalls how many calls of this side may wait for their responses
 * @param window how much of a stream it takes at first, or null if it knows no streams
 * @param compressAbove how large a payload must be to be compressed; {@link Integer#MAX_VALUE} if
 *     none is
 */
record PeerTerms(
    Metadata greeting,
    int maxFrame,
    int maxCalls,
    Frame.@Nullable Window window,
    int compressAbove) {

  /** The terms of a peer that says no hello, or hasn't yet. */
  static PeerTerms withoutHello(CallSettings settings) {
    return new PeerTerms(
        Metadata.empty(), Frame.NO_LIMIT, settings.limits().pending(), null, Integer.MAX_VALUE);
  }

  /** The terms of a peer that has said hello. */
  static PeerTerms of(Frame.Hello hello, CallSettings settings) {
    return new PeerTerms(
        hello.greeting(),
        hello.maxFrame(),
        Math.clamp(hello.maxCalls(), 1, settings.limits().pending()),
        hello.window(),
        hello.inflates() ? settings.compressAbove() : Integer.MAX_VALUE);
  }

  /** Compresses a payload if this side wants that and the peer can read it. */
  Payload compressed(Payload payload) {
    return compressAbove == Integer.MAX_VALUE
        ? payload
        : CompressedPayload.of(payload, compressAbove);
  }
}
