package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** UDP, as docs/guide.md shows it. */
class UdpSamplesTest {

  @Test
  void questionAndAnswer() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // tag::guide-udp[]
    Server<String> server =
        Server.udp("127.0.0.1", 0, UdpOptions.defaults())
            .codec(Codecs.whole(Bodies.utf8())) // the whole datagram is one text
            .readIdleTimeout(Duration.ofSeconds(30)) // then a session ends; a minute by default
            .onMessage((session, text) -> session.send("you said: " + text))
            .start();
    Client<String> client =
        Client.udp("127.0.0.1", server.port())
            .codec(Codecs.whole(Bodies.utf8()))
            .onMessage((session, text) -> answer.complete(text))
            .start();
    client.session().send("hello");
    // end::guide-udp[]
    try (server;
        client) {
      assertThat(answer.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("you said: hello");
    }
  }

  // tag::guide-udp-confirm[]
  /** Sends a stream of readings to peers that prove that they receive them. */
  static final class Feed implements SessionListener<String> {

    private static final AttributeKey<String> TOKEN = AttributeKey.of("token");
    private final SecureRandom random = new SecureRandom();

    @Override
    public void onOpen(Session<String> session) {
      String token = Long.toHexString(random.nextLong());
      session.set(TOKEN, token);
      session.send("token " + token); // if the address is forged, another host gets it
    }

    @Override
    public void onMessage(Session<String> session, String text) {
      if (text.equals("start " + session.get(TOKEN))) {
        session.confirmPeer();
        for (int i = 0; i < 100; i++) {
          session.send("reading " + i);
        }
      }
    }
  }

  // end::guide-udp-confirm[]

  @Test
  void confirmation() {
    CompletableFuture<String> last = new CompletableFuture<>();
    try (Server<String> server =
            Server.udp("127.0.0.1", 0, UdpOptions.defaults())
                .codec(Codecs.whole(Bodies.utf8()))
                .listener(new Feed())
                .start();
        Client<String> client =
            Client.udp("127.0.0.1", server.port())
                .codec(Codecs.whole(Bodies.utf8()))
                .onMessage((session, text) -> {
                  if (text.startsWith("token ")) {
                    session.send("start " + text.substring(6));
                  } else if (text.equals("reading 99")) {
                    last.complete(text);
                  }
                })
                .start()) {
      client.session().send("hello");
      assertThat(last.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("reading 99");
    }
  }

  @Test
  @SuppressWarnings("AddressSelection") // there is no name to resolve
  void multicast() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    String networkInterface =
        NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()).getName();
    // tag::guide-udp-multicast[]
    InetAddress group = InetAddress.getByName("239.255.41.72");
    UdpOptions options =
        UdpOptions.defaults().withGroup(group).withNetworkInterface(networkInterface);
    Server<String> member =
        Server.udp("0.0.0.0", 0, options)
            .codec(Codecs.whole(Bodies.utf8()))
            .onMessage((session, text) -> heard.complete(text))
            .start();
    member
        .sendTo(new InetSocketAddress(group, member.port()), "I am here")
        .toCompletableFuture()
        .join(); // the operating system has it; the receivers are unknown
    // end::guide-udp-multicast[]
    try (member) {
      assertThat(heard.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("I am here");
    }
  }
}
