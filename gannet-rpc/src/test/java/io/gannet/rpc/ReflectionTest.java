package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.Value;
import java.lang.reflect.Proxy;
import java.time.Month;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The descriptions that a server gives of its services. */
class ReflectionTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Base<T> {
    T same(T value);
  }

  @RpcService(name = "texts.v1.Texts")
  interface Texts extends Base<Value> {
    StringValue echo(StringValue text, CallContext call);

    @RpcMethod("Later")
    CompletionStage<Int32Value> later(StringValue text);

    RpcStream<Int32Value> count(Int32Value to);

    StringValue join(RpcStream<StringValue> texts);

    RpcStream<StringValue> chat(RpcStream<StringValue> texts);

    StringValue joinWith(StringValue between, RpcStream<StringValue> texts);

    void drop(StringValue text);

    StringValue make();
  }

  @RpcService(name = "texts.v1.Texts")
  interface JsonTexts {
    String upper(String text);
  }

  @RpcService(name = "Texts", version = "2")
  interface Versioned {
    StringValue echo(StringValue text);
  }

  @RpcService(name = "Odd")
  interface OddMethod {
    @RpcMethod("a;b")
    StringValue echo(StringValue text);
  }

  @RpcService(name = "Mixed")
  interface OnlyMixed {
    StringValue joinWith(StringValue between, RpcStream<StringValue> texts);
  }

  interface Numbers {
    Map<String, Integer> count(List<String> words);

    Optional<Day> when(Month month, char[] text);
  }

  enum Day {
    MONDAY,
    TUESDAY
  }

  private Reflection reflection;

  @BeforeEach
  void serve() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Texts.class, unused(Texts.class))
                .service(JsonTexts.class, text -> text)
                .service(Versioned.class, text -> text)
                .service(OddMethod.class, text -> text)
                .service(OnlyMixed.class, (between, texts) -> between)
                .service(Numbers.class, unused(Numbers.class))
                .reflection());
    reflection = fixture.start(fixture.client(server)).proxy(Reflection.class);
  }

  /** A service whose methods aren't called. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  @Test
  void aServiceWithProtobufIsDefinedWithItsMessages() throws Exception {
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    FileDescriptor last = null;
    for (byte[] bytes : reflection.descriptors("texts.v1.Texts")) {
      FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
      last =
          FileDescriptor.buildFrom(
              file,
              file.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new));
      files.put(file.getName(), last);
    }

    assertThat(files.keySet())
        .containsExactlyInAnyOrder(
            "google/protobuf/empty.proto",
            "google/protobuf/struct.proto",
            "google/protobuf/wrappers.proto",
            "texts.v1.Texts.proto");
    ServiceDescriptor service = last.findServiceByName("Texts");
    assertThat(service.getFullName()).isEqualTo("texts.v1.Texts");
    assertThat(service.getMethods())
        .extracting(method ->
            "%s(%s%s) returns (%s%s)"
                .formatted(
                    method.getName(),
                    method.isClientStreaming() ? "stream " : "",
                    method.getInputType().getName(),
                    method.isServerStreaming() ? "stream " : "",
                    method.getOutputType().getName()))
        .containsExactlyInAnyOrder(
            "same(Value) returns (Value)",
            "echo(StringValue) returns (StringValue)",
            "Later(StringValue) returns (Int32Value)",
            "count(Int32Value) returns (stream Int32Value)",
            "join(stream StringValue) returns (StringValue)",
            "chat(stream StringValue) returns (stream StringValue)",
            "drop(StringValue) returns (Empty)",
            "make(Empty) returns (StringValue)");
  }

  @Test
  void aServiceThatNoProtoFileCanDefineIsRefused() {
    assertThat(refusal("Nothing").code()).isEqualTo(RpcCode.NOT_FOUND);
    for (String service : List.of("Numbers", "Texts:2", "Odd", "Mixed")) {
      assertThat(refusal(service).code()).as(service).isEqualTo(RpcCode.FAILED_PRECONDITION);
    }
    assertThat(refusal("Numbers"))
        .hasMessage("'Numbers' has no method with Protobuf that a .proto file can define");
    assertThat(refusal("Texts:2").getMessage()).contains("can't be defined in a .proto file");
  }

  private RpcException refusal(String service) {
    return catchThrowableOfType(RpcException.class, () -> reflection.descriptors(service));
  }

  @Test
  void theTypesOfMethodsAreThoseOfTheirJson() {
    assertThat(
            reflection.services().stream()
                .filter(service -> service.name().equals("Numbers"))
                .flatMap(service -> service.methods().stream()))
        .containsExactly(
            new Reflection.MethodInfo(
                "count", List.of("[String]"), "{[String]: Integer}", "JSON", false),
            new Reflection.MethodInfo(
                "when", List.of("Month", "String"), "MONDAY | TUESDAY?", "JSON", false));
  }
}
