package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.examples.echo.EchoHeader;
import io.gannet.examples.echo.EchoPacket;
import io.gannet.examples.echo.GettyEchoCodec;
import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import java.util.List;

/** {@link GettyEchoCodec}. */
public final class GettyEchoTarget implements Target {

  @Override
  public String name() {
    return "getty-echo";
  }

  @Override
  public String description() {
    return "packets of getty's echo example";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.examples.echo.**");
  }

  @Override
  public List<byte[]> seeds() {
    byte[] packets =
        CodecTarget.encoded(
            GettyEchoCodec.INSTANCE,
            new EchoPacket(new EchoHeader(1, 2, 3, 1, 5), "hello".getBytes(UTF_8)),
            new EchoPacket(new EchoHeader(0, 3, 0, 0, 0), new byte[0]));
    return List.of(Input.of(new int[] {3, 0}, packets));
  }

  @Override
  public void run(byte[] bytes) {
    CodecTarget.check(Subject.of(() -> GettyEchoCodec.INSTANCE), new Input(bytes));
  }
}
