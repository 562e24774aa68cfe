package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.NettyDecoder;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.LineEncoder;
import io.netty.handler.codec.string.LineSeparator;
import io.netty.handler.codec.string.StringDecoder;
import java.util.List;
import java.util.function.Supplier;

/** {@link NettyCodecs}: Netty's decoders as codecs. */
public final class NettyCodecsTarget implements Target {

  private static final int MOST = 4096;

  private static final Supplier<Codec<byte[]>> FRAMES =
      NettyCodecs.bytes(NettyCodecsTarget::frames, () -> new LengthFieldPrepender(2));

  private static final Supplier<Codec<String>> LINES =
      NettyCodecs.of(
          String.class,
          () ->
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel
                      .pipeline()
                      .addLast(new LineBasedFrameDecoder(MOST))
                      .addLast(new StringDecoder(UTF_8));
                }
              },
          () -> new LineEncoder(LineSeparator.UNIX, UTF_8));

  private static LengthFieldBasedFrameDecoder frames() {
    return new LengthFieldBasedFrameDecoder(MOST, 0, 2, 0, 2);
  }

  @Override
  public String name() {
    return "netty-codecs";
  }

  @Override
  public String description() {
    return "decoders of Netty's as codecs";
  }

  @Override
  public int maxLength() {
    return 256;
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.netty.**",
        "io.netty.handler.codec.ByteToMessageDecoder",
        "io.netty.handler.codec.LengthFieldBasedFrameDecoder",
        "io.netty.handler.codec.LineBasedFrameDecoder");
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        Input.of(new int[] {0, 3, 0, 0, 2, 'a', 'b', 0, 0, 0, 1, 'c', 0, 9, 'd'}, new byte[0]),
        Input.of(new int[] {0, 0, 0, 0xff, 0xff, 1, 2, 3}, new byte[0]),
        Input.of(new int[] {1, 2, 0}, "one\ntwo\r\n\n\nthree".getBytes(UTF_8)));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    boolean lines = input.choice(2) == 1;
    int cut = input.choice();
    input.choice();
    int limit = 2 * MOST; // the decoder has its own limit
    byte[] rest = input.rest();
    if (lines) {
      CodecTarget.check(new Subject<>(LINES, text -> text, false), limit, cut, rest);
    } else {
      List<Object> ours = CodecTarget.check(Subject.of(FRAMES), limit, cut, rest);
      NettyDecoder.compareMessages(ours, frames(), rest);
    }
  }
}
