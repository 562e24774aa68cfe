package io.gannet.fuzz.targets;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.gannet.fuzz.harness.CodecTarget;
import io.gannet.fuzz.harness.CodecTarget.Subject;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.Codec;
import io.gannet.transport.protobuf.ProtobufCodecs;
import java.util.List;

/** {@link ProtobufCodecs}. */
public final class ProtobufTarget implements Target {

  private static final Codec<Struct> CODEC = ProtobufCodecs.delimited(Struct.getDefaultInstance());

  @Override
  public String name() {
    return "protobuf";
  }

  @Override
  public String description() {
    return "Protobuf messages behind their length";
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.transport.internal.codec.**",
        "io.gannet.transport.internal.buffer.**",
        "io.gannet.transport.internal.protobuf.**",
        "com.google.protobuf.CodedInputStream*");
  }

  @Override
  public List<byte[]> seeds() {
    Value number = Value.newBuilder().setNumberValue(1.5).build();
    Value text = Value.newBuilder().setStringValue("gr\u00fc\u00df").build();
    Value none = Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
    ListValue list = ListValue.newBuilder().addValues(number).addValues(none).build();
    Struct inner = Struct.newBuilder().putFields("t", text).build();
    Struct outer =
        Struct.newBuilder()
            .putFields("n", number)
            .putFields("l", Value.newBuilder().setListValue(list).build())
            .putFields("s", Value.newBuilder().setStructValue(inner).build())
            .build();
    return List.of(
        Input.of(
            new int[] {3, 0},
            CodecTarget.encoded(CODEC, outer, Struct.getDefaultInstance(), inner)),
        Input.of(new int[] {0, 0, 4, 0xA, 2, 0x12, 0, 3, 0x12, 1, 'x'}, new byte[0]));
  }

  @Override
  public void run(byte[] bytes) {
    CodecTarget.check(Subject.of(() -> CODEC), new Input(bytes));
  }
}
