package io.gannet.rpc.internal.wire.getty;

import java.io.IOException;

/** The header before the value in a request or a response, in JSON or in Protobuf. Stateless. */
interface GettyHeaders {

  /** Which response a call expects. */
  enum CallType {
    /** No response. */
    ONE_WAY(1, "CT_OneWay"),
    /** A response with the result. */
    TWO_WAY(2, "CT_TwoWay"),
    /** A response without the result. */
    TWO_WAY_NO_REPLY(3, "CT_TwoWayNoReply");

    final int number;
    final String text;

    CallType(int number, String text) {
      this.number = number;
      this.text = text;
    }

    static CallType of(int number) throws IOException {
      for (CallType type : values()) {
        if (type.number == number) {
          return type;
        }
      }
      throw new IOException("unknown call type " + number);
    }

    static CallType of(String text) throws IOException {
      for (CallType type : values()) {
        if (type.text.equals(text)) {
          return type;
        }
      }
      throw new IOException("unknown call type");
    }
  }

  /**
   * The header of a request.
   *
   * @param service the service
   * @param method its method
   * @param callType the expected response
   */
  record Request(String service, String method, CallType callType) {}

  byte[] write(Request header);

  Request readRequest(byte[] bytes) throws IOException;

  /** Writes the header of a response. */
  byte[] writeError(String error);

  String readError(byte[] bytes) throws IOException;
}
