package io.gannet.examples.rpc;

import io.gannet.examples.rpc.internal.proto.EchoMessage;

/** Implements {@link ProtobufEchoService}. */
final class ProtobufDemoService implements ProtobufEchoService {

  @Override
  public EchoMessage echo(EchoMessage message) {
    return message;
  }

  @Override
  public void fail(EchoMessage message) {
    throw DemoService.failure(message.getText());
  }
}
