package io.gannet.examples.docs;

import static org.awaitility.Awaitility.await;

import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.codec.Codecs;
import org.junit.jupiter.api.Test;

/** The code in README.md. */
class ReadmeSamplesTest {

  @Test
  void startsAServerAndAClient() {
    // tag::readme-server[]
    Server<String> server =
        Server.tcp(0) // 0: any free port
            .codec(Codecs.lines())
            .onMessage((session, text) -> session.send("you said: " + text))
            .start();
    // end::readme-server[]

    // tag::readme-client[]
    Client<String> client =
        Client.tcp("localhost", server.port())
            .codec(Codecs.lines())
            .onMessage((session, text) -> System.out.println(text))
            .start();
    client.session().send("hello");
    // end::readme-client[]

    await().until(() -> client.session().stats().messagesIn() == 1);
    // tag::readme-stop[]
    client.close(); // sends what is queued, lets callbacks end, then closes
    server.close();
    // end::readme-stop[]
  }
}
