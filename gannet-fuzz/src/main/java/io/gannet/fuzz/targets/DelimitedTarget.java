package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.NettyDecoder;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DelimiterBasedFrameDecoder;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import java.util.List;

/** {@link Codecs#delimited} and {@link Codecs#fixedLength}, compared with Netty's decoders. */
public final class DelimitedTarget implements Target {

  private static final List<String> DELIMITERS = List.of("\n", "\r\n\r\n", "aab", "aaa", "\0\1\0");

  @Override
  public String name() {
    return "delimited";
  }

  @Override
  public String description() {
    return "messages that end with a delimiter, and messages of one size";
  }

  @Override
  public List<String> instrumented() {
    return CodecTarget.INSTRUMENTED;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(0, "one\ntwo\n\nthree"),
        seed(1, "one\r\n\r\ntwo\r\n\r\r\n\r\n\r\n"),
        seed(2, "aaabaabaaaabab"),
        seed(3, "aaaaabaaab"),
        seed(4, "\0\1\0\0\1\0\1\0"),
        seed(5 + 6, "sevens sevens sev"));
  }

  private static byte[] seed(int kind, String text) {
    return Input.of(new int[] {kind, 0, 0}, text.getBytes(ISO_8859_1));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    int kind = input.choice();
    int cut = input.choice();
    int limit = CodecTarget.limit(input);
    byte[] rest = input.rest();
    if (kind < DELIMITERS.size()) {
      byte[] delimiter = DELIMITERS.get(kind).getBytes(ISO_8859_1);
      List<Object> ours =
          CodecTarget.check(
              Subject.of(() -> Codecs.delimited(delimiter, Bodies.bytes())), limit, cut, rest);
      NettyDecoder.compareMessages(
          ours, new DelimiterBasedFrameDecoder(limit, Unpooled.wrappedBuffer(delimiter)), rest);
    } else {
      int length = kind - DELIMITERS.size() + 1;
      List<Object> ours =
          CodecTarget.check(
              Subject.of(() -> Codecs.fixedLength(length, Bodies.bytes())), limit, cut, rest);
      NettyDecoder.compareMessages(ours, new FixedLengthFrameDecoder(length), rest);
    }
  }
}
