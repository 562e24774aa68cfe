package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.codec.Codecs;
import java.nio.charset.Charset;
import java.util.List;

/** {@link Codecs#lines}. */
public final class LinesTarget implements Target {

  private static final List<Charset> CHARSETS =
      List.of(UTF_8, ISO_8859_1, Charset.forName("windows-1251"));

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String description() {
    return "lines of text";
  }

  @Override
  public List<byte[]> seeds() {
    byte[] text = "one\ntwo\r\n\n\r\r\nthree grüße \uD83D\uDE00\n\uFFFD\nhalf".getBytes(UTF_8);
    return List.of(
        Input.of(new int[] {0, 0, 1}, text),
        Input.of(new int[] {1, 0, 3}, text),
        Input.of(new int[] {2, 1, 0}, text));
  }

  @Override
  public List<String> instrumented() {
    return CodecTarget.INSTRUMENTED;
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Charset charset = CHARSETS.get(input.choice(CHARSETS.size()));
    CodecTarget.check(Subject.of(() -> Codecs.lines(charset)), input);
  }
}
