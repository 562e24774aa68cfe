package io.gannet.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The services that gRPC's tools and load balancers use. */
class StandardServicesTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final AtomicBoolean serving = new AtomicBoolean(true);

  private RpcServer start() {
    return fixture.start(
        fixture
            .server()
            .health(service -> serving.get())
            .reflection()
            .service(Fixture.Texts.class, new Fixture.Plain()));
  }

  private static int check(ManagedChannel channel, String service) {
    return ClientCalls.blockingUnaryCall(
            channel,
            Fixture.method(
                MethodType.UNARY,
                "grpc.health.v1.Health/Check",
                StringValue.getDefaultInstance(),
                Int32Value.getDefaultInstance()),
            CallOptions.DEFAULT,
            StringValue.of(service))
        .getValue();
  }

  private static Iterator<Int32Value> watch(ManagedChannel channel, String service) {
    return ClientCalls.blockingServerStreamingCall(
        channel,
        Fixture.method(
            MethodType.SERVER_STREAMING,
            "grpc.health.v1.Health/Watch",
            StringValue.getDefaultInstance(),
            Int32Value.getDefaultInstance()),
        CallOptions.DEFAULT,
        StringValue.of(service));
  }

  // ---------------------------------------------------------------- health

  @Test
  void healthIsThatOfTheServer() {
    ManagedChannel channel = fixture.connect(start());
    assertThat(check(channel, "")).isEqualTo(1);
    assertThat(check(channel, "Texts")).isEqualTo(1);
    serving.set(false);
    assertThat(check(channel, "Texts")).isEqualTo(2);
    assertThatThrownBy(() -> check(channel, "None"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void healthIsOfferedWhenProtocolsShareAPort() {
    RpcServer server =
        fixture.start(
            RpcServer.over(Server.tcp("127.0.0.1", 0))
                .wire(RpcWire.GANNET, RpcWire.GRPC)
                .health(service -> true)
                .service(Fixture.Texts.class, new Fixture.Plain()));
    assertThat(check(fixture.connect(server), "Texts")).isEqualTo(1);
  }

  @Test
  void aWatcherIsToldOfChangesAndOfTheEnd() throws Exception {
    RpcServer server = start();
    ManagedChannel channel = fixture.connect(server);
    Iterator<Int32Value> unknown = watch(channel, "None");
    assertThat(unknown.next().getValue()).isEqualTo(3);
    Iterator<Int32Value> changes = watch(channel, "Texts");
    assertThat(changes.next().getValue()).isEqualTo(1);
    serving.set(false);
    assertThat(changes.next().getValue()).isEqualTo(2);
    serving.set(true);
    assertThat(changes.next().getValue()).isEqualTo(1);
    long begin = System.nanoTime();
    server.stop(StopMode.DRAIN);
    assertThat(changes.next().getValue()).isEqualTo(2);
    assertThat(changes.hasNext()).isFalse();
    server.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(System.nanoTime() - begin).as("the drain").isLessThan(TimeUnit.SECONDS.toNanos(9));
  }

  @Test
  void allStatusesAreListed() throws Exception {
    Empty list =
        ClientCalls.blockingUnaryCall(
            fixture.connect(start()),
            Fixture.method(
                MethodType.UNARY,
                "grpc.health.v1.Health/List",
                Empty.getDefaultInstance(),
                Empty.getDefaultInstance()),
            CallOptions.DEFAULT,
            Empty.getDefaultInstance());
    Map<String, Integer> statuses = new HashMap<>();
    for (ByteString bytes : list.getUnknownFields().getField(1).getLengthDelimitedList()) {
      UnknownFieldSet entry = UnknownFieldSet.parseFrom(bytes);
      statuses.put(
          string(entry, 1),
          Int32Value.parseFrom(entry.getField(2).getLengthDelimitedList().getFirst()).getValue());
    }
    assertThat(statuses).containsEntry("Texts", 1).containsKey("grpc.health.v1.Health");
  }

  // ---------------------------------------------------------------- reflection

  private static String string(UnknownFieldSet fields, int number) {
    return fields.getField(number).getLengthDelimitedList().getFirst().toStringUtf8();
  }

  private static Empty ask(int number, String text) {
    return Empty.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    number,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8(text))
                        .build())
                .build())
        .build();
  }

  /** An open stream of requests. */
  private static final class Questions {
    private final BlockingQueue<UnknownFieldSet> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<Empty> questions;

    Questions(ManagedChannel channel, String version) {
      questions =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(
                  Fixture.method(
                      MethodType.BIDI_STREAMING,
                      "grpc.reflection.%s.ServerReflection/ServerReflectionInfo".formatted(version),
                      Empty.getDefaultInstance(),
                      Empty.getDefaultInstance()),
                  CallOptions.DEFAULT),
              new StreamObserver<>() {
                @Override
                public void onNext(Empty answer) {
                  answers.add(answer.getUnknownFields());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {}
              });
    }

    UnknownFieldSet ask(int number, String text) throws Exception {
      questions.onNext(StandardServicesTest.ask(number, text));
      return answers.poll(30, TimeUnit.SECONDS);
    }
  }

  private static UnknownFieldSet inside(UnknownFieldSet answer, int number) throws Exception {
    assertThat(answer.hasField(number)).as("%s", answer).isTrue();
    return UnknownFieldSet.parseFrom(answer.getField(number).getLengthDelimitedList().getFirst());
  }

  private static FileDescriptor build(String name, Map<String, FileDescriptorProto> all)
      throws Exception {
    FileDescriptorProto file = all.get(name);
    FileDescriptor[] imports = new FileDescriptor[file.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = build(file.getDependency(i), all);
    }
    return FileDescriptor.buildFrom(file, imports);
  }

  private static ServiceDescriptor describe(Questions questions, String service) throws Exception {
    Map<String, FileDescriptorProto> all = new HashMap<>();
    String first = null;
    for (ByteString bytes :
        inside(questions.ask(4, service), 4).getField(1).getLengthDelimitedList()) {
      FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
      first = first == null ? file.getName() : first;
      all.put(file.getName(), file);
    }
    return build(first, all).findServiceByName(service.substring(service.lastIndexOf('.') + 1));
  }

  @Test
  void toolsListAndDescribeTheServices() throws Exception {
    ManagedChannel channel = fixture.connect(start());
    for (String version : List.of("v1", "v1alpha")) {
      Questions questions = new Questions(channel, version);
      List<String> names =
          inside(questions.ask(7, ""), 6).getField(1).getLengthDelimitedList().stream()
              .map(bytes -> bytes.substring(2).toStringUtf8())
              .toList();
      assertThat(names)
          .contains(
              "Texts",
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "grpc.reflection.v1alpha.ServerReflection");
      ServiceDescriptor texts = describe(questions, "Texts");
      assertThat(texts.getMethods())
          .extracting(MethodDescriptor::getName)
          .containsExactlyInAnyOrder("echo", "count", "join", "chat", "nothing");
      MethodDescriptor chat = texts.findMethodByName("chat");
      assertThat(chat.isClientStreaming() && chat.isServerStreaming()).isTrue();
      assertThat(chat.getInputType().getFullName()).isEqualTo("google.protobuf.StringValue");
      assertThat(texts.findMethodByName("nothing").getInputType().getFullName())
          .isEqualTo("google.protobuf.Empty");
      for (String name : names) {
        if (name.startsWith("grpc.")) {
          assertThat(describe(questions, name).getFullName()).isEqualTo(name);
        }
      }
      assertThat(inside(questions.ask(4, "None"), 7).getField(1).getVarintList())
          .containsExactly(5L);
      assertThat(inside(questions.ask(3, "google/protobuf/wrappers.proto"), 4).getField(1))
          .isNotNull();
      assertThat(inside(questions.ask(9, "?"), 7).getField(1).getVarintList()).containsExactly(12L);
    }
  }

  @Test
  void anOpenQuestionDoesNotHoldUpADrain() throws Exception {
    RpcServer server = start();
    Questions questions = new Questions(fixture.connect(server), "v1");
    assertThat(questions.ask(7, "")).isNotNull();
    long begin = System.nanoTime();
    server.stop(StopMode.DRAIN);
    server.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(9));
  }

  @Test
  void whatIsNotEnabledIsNotOffered() {
    ManagedChannel channel = fixture.connect(fixture.start(new Fixture.Plain()));
    assertThatThrownBy(() -> check(channel, "")).hasMessageContaining("UNIMPLEMENTED");
  }
}
