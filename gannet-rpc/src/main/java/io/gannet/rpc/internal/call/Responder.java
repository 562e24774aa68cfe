package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.internal.format.UnwritableException;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.SessionClosedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the incoming calls on one connection. A response that can't be encoded or is too large is
 * sent with less content. A response without room waits on its own thread, and its call counts as
 * running meanwhile.
 */
final class Responder {

  private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

  /** Replaces metadata for which a response has no room. */
  private static final Metadata LEFT_OUT = Metadata.of(Metadata.LEFT_OUT, "all entries");

  private static final Map<String, String> NO_DETAILS = Map.of(Metadata.LEFT_OUT, "all entries");

  /** The maximum length of a failure's message if the peer has no room for more, in characters. */
  private static final int SHORT_TEXT = 128;

  private final RpcConnection connection;
  private final CallSettings settings;
  private final AdmittedCalls admitted;

  Responder(RpcConnection connection, CallSettings settings, AdmittedCalls admitted) {
    this.connection = connection;
    this.settings = settings;
    this.admitted = admitted;
  }

  // ---------------------------------------------------------------- rejections, on the I/O thread

  /**
   * Answers a call that isn't started. A rejection without room is only kept while further calls
   * may be kept.
   */
  void refuse(long id, RpcCode code, String why, Map<String, String> details) {
    Frame.Response refusal =
        response(id, Metadata.empty(), new Frame.Failure(code, true, why, null, details));
    if (!connection.sender().reply(refusal) && !admitted.isFull()) {
      admitted.countWhile(
          0,
          0,
          () -> {
            try {
              connection.sender().sendResponse(refusal);
            } catch (RuntimeException e) {
              LOG.debug("{}: a refusal was not sent", connection, e);
            }
          });
    }
  }

  // ---------------------------------------------------------------- responses, on virtual threads

  /**
   * Answers a call with its result.
   *
   * @param request the call
   * @param result the reply of the interceptors
   * @param reply the metadata of a failure, if the result can't be encoded
   */
  void succeed(IncomingRequest request, RpcReply result, Metadata reply) {
    RpcException missing = request.missing();
    if (missing != null) {
      fail(request, reply, missing); // an interceptor has answered for nobody
      return;
    }
    MethodShape shape = request.handler().shape();
    Payload payload;
    try {
      payload =
          shape.form() == MethodShape.Form.STREAM
              ? PlainPayload.EMPTY
              : connection.terms().compressed(shape.format().writeResult(result.result()));
    } catch (RuntimeException e) {
      fail(request, reply, notWritten(request, e));
      return;
    }
    respond(
        request,
        new Frame.Response(
            request.id(), result.metadata(), payload, null, connection.terms().maxFrame()));
  }

  /** Answers a call that has failed. */
  void fail(IncomingRequest request, Metadata reply, Throwable failure) {
    Frame.Failure described = settings.failures().describe(failure);
    fail(request, reply, request.isNotStarted(failure) ? described.asNotStarted() : described);
  }

  /** Answers a call that has failed. */
  void fail(IncomingRequest request, Metadata reply, Frame.Failure failure) {
    respond(request, response(request.id(), reply, failure));
  }

  private Frame.Response response(long id, Metadata metadata, Frame.Failure failure) {
    return Frame.Response.of(id, metadata, failure, connection.terms().maxFrame());
  }

  private void respond(IncomingRequest request, Frame.Response response) {
    respond(request, response, () -> send(request, response));
  }

  private void respond(IncomingRequest request, Frame.Response response, Runnable sending) {
    try {
      sending.run();
    } catch (SessionClosedException e) {
      LOG.debug("{}: the connection of a response has ended", connection, e);
    } catch (QueueFullException e) {
      settings.log().warn(connection, "a response was not sent: " + e.getMessage());
    } catch (MessageTooLargeException e) {
      LOG.debug("{}: a response is too large", connection, e);
      respondInstead(request, smaller(request, response, e));
    } catch (Throwable t) {
      respondInstead(
          request,
          Frame.Response.of(
              response.id(), Metadata.empty(), notWritten(request, t), response.maxSize()));
    }
  }

  private void respondInstead(IncomingRequest request, Frame.Response response) {
    try {
      send(request, response);
    } catch (MessageTooLargeException e) {
      Frame.Response next = smaller(request, response, e);
      if (next.equals(response)) {
        settings.log().warn(connection, "a response was not sent: " + e.getMessage());
      } else {
        respondInstead(request, next);
      }
    } catch (RuntimeException e) {
      settings.log().warn(connection, "a response was not sent: " + e.getMessage());
    }
  }

  /** Returns a smaller response: first without metadata, then only with the reason. */
  private Frame.Response smaller(
      IncomingRequest request, Frame.Response response, MessageTooLargeException why) {
    Frame.Failure failure = response.failure();
    if (!response.metadata().equals(LEFT_OUT) && !response.metadata().isEmpty()) {
      return new Frame.Response(
          response.id(), LEFT_OUT, response.payload(), failure, response.maxSize());
    }
    if (failure == null) {
      failure = notWritten(request, why);
    } else if (failure.details().isEmpty() || failure.details().equals(NO_DETAILS)) {
      failure =
          new Frame.Failure(
              failure.code(),
              failure.notStarted(),
              CutText.of(failure.message(), SHORT_TEXT),
              isShort(failure.type()) ? failure.type() : null,
              Map.of());
      return Frame.Response.of(response.id(), Metadata.empty(), failure, response.maxSize());
    } else {
      failure =
          new Frame.Failure(
              failure.code(), failure.notStarted(), failure.message(), failure.type(), NO_DETAILS);
    }
    return Frame.Response.of(response.id(), response.metadata(), failure, response.maxSize());
  }

  private void send(IncomingRequest request, Frame.Response response) {
    if (!connection.sender().trySendResponse(response)) {
      keep(request, response);
    }
  }

  /**
   * Holds a response until there is room. The peer determines how long, so the result is encoded
   * and its size counts for the limit.
   */
  private void keep(IncomingRequest request, Frame.Response response) {
    Frame.Response written = response.written();
    int held = written.payload().held();
    String full =
        held == 0
            ? null
            : admitted.hold(held, "with this result, for which the peer makes no room,");
    if (full != null) {
      held = 0;
      written =
          Frame.Response.of(
              response.id(),
              Metadata.empty(),
              new Frame.Failure(RpcCode.RESOURCE_EXHAUSTED, false, full, null, Map.of()),
              response.maxSize());
    }
    Frame.Response waiting = written;
    admitted.countWhile(
        request.countedBytes(),
        held,
        () -> respond(request, waiting, () -> connection.sender().sendResponse(waiting)));
  }

  private static boolean isShort(@Nullable String text) {
    return text != null && text.length() <= SHORT_TEXT;
  }

  /**
   * Returns the failure for a handler's result that can't be sent. If no limit is the cause, it is
   * a bug on this side.
   */
  private Frame.Failure notWritten(IncomingRequest request, Throwable why) {
    RpcCode code = RpcCode.INTERNAL;
    String text = "the result of %s can't be written".formatted(request.method());
    if (why instanceof MessageTooLargeException) {
      code = RpcCode.RESOURCE_EXHAUSTED;
      text = "the result of %s can't be sent: %s".formatted(request.method(), why.getMessage());
    } else {
      settings.log().warn("the writing of the result", request, why);
      if (why instanceof UnwritableException unwritable) {
        text = String.valueOf(unwritable.getMessage());
      }
    }
    return new Frame.Failure(code, false, text, null, Map.of());
  }
}
