package io.gannet.transport.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WebSocketCodec;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.WriteBuffer;

/** No framing: each WebSocket message is a message, including empty ones. */
public final class WebSocketMessages implements WebSocketCodec<WebSocketMessage> {

  /** Creates a codec. */
  public WebSocketMessages() {}

  @Override
  public WebSocketMessage decode(CodecContext context, ReadBuffer in) {
    return new WebSocketMessage.Binary(in.readBytes(in.readableBytes()));
  }

  @Override
  public WebSocketMessage decodeText(CodecContext context, ReadBuffer in) {
    return new WebSocketMessage.Text(in.readString(in.readableBytes(), UTF_8));
  }

  @Override
  public boolean isText(WebSocketMessage message) {
    return message instanceof WebSocketMessage.Text;
  }

  @Override
  public void encode(CodecContext context, WebSocketMessage message, WriteBuffer out) {
    switch (message) {
      case WebSocketMessage.Text(String text) -> out.writeString(text, UTF_8);
      case WebSocketMessage.Binary(byte[] bytes) -> out.writeBytes(bytes);
    }
  }
}
