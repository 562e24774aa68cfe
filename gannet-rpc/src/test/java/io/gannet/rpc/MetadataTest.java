package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata of calls and replies: repeated keys, bytes, and metadata before the reply. */
class MetadataTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Mirror {
    String reflect(String text);

    RpcStream<String> begin(String text);

    String count(RpcStream<String> items);
  }

  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicReference<Throwable> refused = new AtomicReference<>();

  /** Returns the metadata of the call, before its reply and with it. */
  private final Mirror mirror =
      new Mirror() {
        @Override
        public String reflect(String text) {
          CallContext call = CallContext.current().orElseThrow();
          call.beginWith(call.metadata());
          call.replyWith(call.metadata());
          if (text.equals("fail")) {
            throw new RpcException(RpcCode.ABORTED, "as you like");
          }
          return text;
        }

        @Override
        public RpcStream<String> begin(String text) {
          CallContext call = CallContext.current().orElseThrow();
          if (text.equals("early")) {
            call.beginWith(call.metadata());
          }
          return RpcStream.produce(sink -> {
            Fixture.await(gate);
            sink.send(text);
            try {
              call.beginWith(call.metadata());
            } catch (IllegalStateException e) {
              refused.set(e);
            }
            sink.send("last");
          });
        }

        @Override
        public String count(RpcStream<String> items) {
          CallContext call = CallContext.current().orElseThrow();
          call.beginWith(call.metadata());
          return "" + items.stream().count();
        }
      };

  private static byte[] allBytes() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return all;
  }

  private static final Metadata MIXED =
      Metadata.of("to", "ada")
          .plus("via", "x")
          .plus("to", "bob")
          .plusBytes("trace-bin", allBytes())
          .plus("to", "")
          .plusBytes("trace-bin", new byte[0]);

  private Mirror remote(CallOptions options) {
    RpcServer server = fixture.start(fixture.server().service(Mirror.class, mirror));
    return fixture.start(fixture.client(server)).proxy(Mirror.class, options);
  }

  @Test
  void repeatedKeysAndBytesGoBothWaysInTheirOrder() {
    AtomicReference<Metadata> begun = new AtomicReference<>();
    AtomicReference<Metadata> replied = new AtomicReference<>();
    Mirror remote =
        remote(
            CallOptions.defaults()
                .withMetadata(MIXED)
                .withOnBegin(begun::set)
                .withOnReply(replied::set));
    assertThat(remote.reflect("x")).isEqualTo("x");
    assertThat(begun.getAndSet(null)).isEqualTo(MIXED);
    assertThat(replied.getAndSet(null)).isEqualTo(MIXED);
    assertThatThrownBy(() -> remote.reflect("fail")).hasMessage("as you like");
    assertThat(begun.getAndSet(null)).isEqualTo(MIXED);
    assertThat(replied.get().all("to")).containsExactly("ada", "bob", "");
    assertThat(replied.get().allBytes("trace-bin")).containsExactly(allBytes(), new byte[0]);
    assertThat(remote.count(RpcStream.of("a", "b"))).isEqualTo("2");
    assertThat(begun.get()).isEqualTo(MIXED);
  }

  @Test
  void metadataBeforeAStreamArrivesBeforeItsFirstItem() throws Exception {
    CompletableFuture<Metadata> begun = new CompletableFuture<>();
    Mirror remote = remote(CallOptions.defaults().withMetadata(MIXED).withOnBegin(begun::complete));
    RpcStream<String> stream = remote.begin("early");
    CompletableFuture<String> first = new CompletableFuture<>();
    Thread.startVirtualThread(() -> first.complete(stream.next()));
    assertThat(begun.get(10, TimeUnit.SECONDS)).isEqualTo(MIXED);
    assertThat(first).isNotDone();
    gate.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("early");
    assertThat(stream.next()).isEqualTo("last");
    assertThat(stream.hasNext()).isFalse();
    assertThat(refused.get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSubscriberGetsTheMetadataBeforeItsFirstItem() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Mirror remote =
        remote(
            CallOptions.defaults()
                .withMetadata(Metadata.of("a", "1"))
                .withOnBegin(metadata -> seen.add("begun " + metadata.get("a"))));
    remote
        .begin("early")
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
                subscription.request(1);
              }

              @Override
              public void onNext(String item) {
                seen.add(item);
              }

              @Override
              public void onError(Throwable failure) {
                seen.add("failed");
              }

              @Override
              public void onComplete() {
                seen.add("complete");
              }
            });
    await().untilAsserted(() -> assertThat(seen).containsExactly("begun 1"));
    gate.countDown();
    await()
        .untilAsserted(
            () -> assertThat(seen).containsExactly("begun 1", "early", "last", "complete"));
  }

  @Test
  void metadataAfterTheFirstItemIsRefused() {
    gate.countDown();
    Mirror remote = remote(CallOptions.defaults());
    assertThat(remote.begin("late").stream()).containsExactly("late", "last");
    assertThat(refused.get()).hasMessageContaining("begun already");
  }

  @Test
  void anExceptionInOnReplyFailsTheStream() {
    gate.countDown();
    Mirror remote =
        remote(
            CallOptions.defaults()
                .withOnBegin(metadata -> {
                  throw new IllegalStateException("not to my liking");
                }));
    assertThatThrownBy(() -> remote.begin("early").next()).hasMessage("not to my liking");
    assertThatThrownBy(() -> remote.reflect("x")).hasMessage("not to my liking");
  }

  @Test
  void entriesThatDoNotFitBeforeAReplyAreLeftOut() {
    AtomicReference<Metadata> begun = new AtomicReference<>();
    RpcServer server =
        fixture.start(fixture.server().service(Mirror.class, mirror).maxMetadata(64, 16_000));
    RpcClient client = fixture.start(fixture.client(server).maxMetadata(4, 4_000));
    Metadata four = Metadata.of("a", "1").plus("a", "2").plus("a", "3").plus("a", "4");
    Mirror remote =
        client.proxy(
            Mirror.class, CallOptions.defaults().withMetadata(four).withOnBegin(begun::set));
    remote.reflect("x");
    assertThat(begun.get()).isEqualTo(four);
  }

  @Test
  void itsTextIsOneShortLineThatKeepsTheToken() {
    Metadata metadata =
        Metadata.of("user", "ada\n\u001b[31m\u202e")
            .with("authorization", "Bearer secret")
            .with("long", "x".repeat(10_000));
    assertThat(metadata.toString())
        .startsWith("{user=ada\\n\\u001b[31m\\u202e, authorization=***, long=xxx")
        .hasSizeLessThan(400);
    assertThat(metadata.entries().toString())
        .contains("authorization=***")
        .doesNotContain("\n", "\u001b", "secret")
        .hasSizeLessThan(600);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "api_key",
        "x-csrf-token",
        "access.token",
        "client-secret",
        "db-password",
        "aws-credentials",
        "session-id",
        "id-jwt-bin"
      })
  void theValuesOfKeysThatSoundLikeSecretsAreNotInItsText(String key) {
    Metadata metadata = Metadata.of(key, "abcd").with("tenant", "shown");
    assertThat(metadata.toString()).isEqualTo("{" + key + "=***, tenant=shown}");
    assertThat(metadata.entries().toString()).doesNotContain("abcd");
    Instance instance =
        Instance.of("S", "tcp", "h:1").withMetadata(Map.of(key, "abcd", "t", "shown"));
    assertThat(instance.toString()).contains(key + "=***", "t=shown").doesNotContain("abcd");
  }

  @Test
  void metadataMethodsAgreeWithEachOther() {
    Metadata metadata = Metadata.of("a", "1").plus("b", "2").plus("a", "3");
    assertThat(metadata.get("a")).isEqualTo("3");
    assertThat(metadata.all("a")).containsExactly("1", "3");
    assertThat(metadata.keys()).containsExactly("a", "b");
    assertThat(metadata.with("a", "4")).isEqualTo(Metadata.of("b", "2").plus("a", "4"));
    assertThat(metadata.without("a")).isEqualTo(Metadata.of("b", "2"));
    assertThat(metadata.get("c")).isNull();
    Metadata bytes = Metadata.empty().withBytes("x-bin", new byte[] {1, 2, 3});
    assertThat(bytes.getBytes("x-bin")).containsExactly(1, 2, 3);
    assertThat(bytes.get("x-bin")).isEqualTo("AQID");
    assertThat(Metadata.of("x-bin", "AQI=")).isEqualTo(Metadata.of("x-bin", "AQI"));
    assertThat(bytes.getBytes("y-bin")).isNull();
    assertThatThrownBy(() -> Metadata.of("x-bin", "no base64!")).hasMessageContaining("withBytes");
    assertThatThrownBy(() -> bytes.withBytes("x", new byte[0])).hasMessageContaining("-bin");
    assertThatThrownBy(() -> bytes.getBytes("x")).hasMessageContaining("-bin");
    assertThatThrownBy(() -> Metadata.of("Upper", "x")).hasMessageContaining("Upper");
  }
}
