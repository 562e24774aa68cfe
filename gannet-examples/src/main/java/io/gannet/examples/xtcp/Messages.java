package io.gannet.examples.xtcp;

import com.google.protobuf.Message;
import io.gannet.examples.xtcp.internal.proto.Chat;
import io.gannet.examples.xtcp.internal.proto.LoginRequest;
import io.gannet.examples.xtcp.internal.proto.LoginResponse;

/** The messages that the client and the server exchange. */
final class Messages {

  static final int LOGIN_FAILED = 0;
  static final int LOGIN_OK = 1;

  static final String CLIENT_HELLO = "client : Hello";
  static final String CLIENT_BYE = "client : ByeBye";
  static final String SERVER_HI = "server : Hi";
  static final String SERVER_BYE = "server : Bye";

  private Messages() {}

  static XtcpCodec codec() {
    return XtcpCodec.of(
        LoginRequest.getDefaultInstance(),
        LoginResponse.getDefaultInstance(),
        Chat.getDefaultInstance());
  }

  static Message login(String account, String password) {
    return LoginRequest.newBuilder().setAccount(account).setPassword(password).build();
  }

  static Message loginAnswer(int ret) {
    return LoginResponse.newBuilder().setRet(ret).build();
  }

  static Message chat(String text) {
    return Chat.newBuilder().setMsg(text).build();
  }
}
