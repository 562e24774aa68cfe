package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** {@link Bodies#text}, compared with the JDK's strict decoders. */
public final class TextTarget implements Target {

  private static final List<Charset> CHARSETS =
      List.of(
          UTF_8,
          UTF_16,
          Charset.forName("Shift_JIS"),
          Charset.forName("GB18030"),
          Charset.forName("Big5"),
          Charset.forName("ISO-2022-JP"),
          Charset.forName("EUC-KR"));

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String description() {
    return "text in several character sets";
  }

  @Override
  public List<String> instrumented() {
    return CodecTarget.INSTRUMENTED;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < CHARSETS.size(); i++) {
      byte[] text =
          CodecTarget.encoded(codec(CHARSETS.get(i)), "plain", "", "\u65E5\u672C", "\uFFFD");
      seeds.add(Input.of(new int[] {i, 1, 0}, text));
    }
    seeds.add(Input.of(new int[] {0, 1, 0, 2, 0xC0, 0x80, 3, 0xED, 0xA0, 0x80}, new byte[0]));
    return seeds;
  }

  private static Codec<String> codec(Charset charset) {
    return Codecs.lengthPrefixed(LengthPrefix.uint8(), Bodies.text(charset));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Charset charset = CHARSETS.get(input.choice(CHARSETS.size()));
    int cut = input.choice();
    input.choice();
    byte[] rest = input.rest();
    List<Object> ours = CodecTarget.check(Subject.of(() -> codec(charset)), 4096, cut, rest);
    List<Object> theirs = new ArrayList<>();
    for (int at = 0; at < rest.length && at + 1 + (rest[at] & 0xff) <= rest.length; ) {
      int length = rest[at] & 0xff;
      try {
        theirs.add(charset.newDecoder().decode(ByteBuffer.wrap(rest, at + 1, length)).toString());
      } catch (CharacterCodingException e) {
        theirs.add("skipped");
      }
      at += 1 + length;
    }
    Finding.unlessSame("what we and what the JDK decodes", theirs, ours.subList(0, theirs.size()));
  }
}
