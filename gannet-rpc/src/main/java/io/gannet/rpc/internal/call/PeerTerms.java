package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.wire.CompressedPayload;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What the peer's hello says, limited by the settings of this side.
 *
 * @param greeting the metadata with which the peer introduces itself
 * @param maxFrame the limit on a frame that is sent to the peer, in bytes
 * @param maxCalls how many calls of this side may wait for their responses
 * @param window the initial window of each stream, or null if the peer doesn't support streams
 * @param compressAbove payloads of more bytes are compressed; {@link Integer#MAX_VALUE} for none
 */
record PeerTerms(
    Metadata greeting,
    int maxFrame,
    int maxCalls,
    Frame.@Nullable Window window,
    int compressAbove) {

  /** {@return the terms of a peer that has not said hello} */
  static PeerTerms withoutHello(CallSettings settings) {
    return new PeerTerms(
        Metadata.empty(),
        Frame.NO_LIMIT,
        settings.limits().pending(),
        settings.wire().streams() && !settings.wire().greets() ? Frame.Window.NONE : null,
        Integer.MAX_VALUE);
  }

  /** {@return the terms of a peer that has said hello} */
  static PeerTerms of(Frame.Hello hello, CallSettings settings) {
    return new PeerTerms(
        hello.greeting(),
        hello.maxFrame(),
        Math.clamp(hello.maxCalls(), 1, settings.limits().pending()),
        hello.window(),
        hello.inflates() ? settings.compressAbove() : Integer.MAX_VALUE);
  }

  /** Compresses a payload if it is large enough. */
  Payload compressed(Payload payload) {
    return compressAbove == Integer.MAX_VALUE
        ? payload
        : CompressedPayload.of(payload, compressAbove);
  }
}
