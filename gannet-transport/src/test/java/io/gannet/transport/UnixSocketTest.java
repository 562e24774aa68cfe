package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The features of Unix sockets only: files, names, and the identity of the peer. */
class UnixSocketTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void choosePath() {
    path = directory.resolve("it.sock");
  }

  private ServerBuilder<String> server(String name) {
    return Server.unix(name).codec(new TextCodec()).listener(fixture.echo());
  }

  private Server<String> start() {
    return fixture.start(server(path.toString()));
  }

  private ClientBuilder<String> client(String name) {
    return Client.unix(name).codec(new TextCodec());
  }

  private void assertEchoes(String name) {
    RecordingListener<String> listener = fixture.listener();
    fixture.start(client(name).listener(listener)).session(Fixture.SOON).send("hello");
    assertThat(listener.awaitMessages(1)).containsExactly("hello");
  }

  @Test
  void bothAddressesAreThePathGivenByTheUser() {
    RecordingListener<String> atServer = fixture.listener();
    RecordingListener<String> atClient = fixture.listener();
    Server<String> server = fixture.start(server(path.toString()).listener(atServer));
    fixture.start(client(path.toString()).listener(atClient));

    UnixDomainSocketAddress named = UnixDomainSocketAddress.of(path);
    UnixDomainSocketAddress unnamed = UnixDomainSocketAddress.of("");
    assertThat(server.addresses()).containsExactly(named);
    assertThat(atServer.awaitSession().localAddress()).isEqualTo(named);
    assertThat(atServer.awaitSession().remoteAddress()).isEqualTo(unnamed);
    assertThat(atClient.awaitSession().localAddress()).isEqualTo(unnamed);
    assertThat(atClient.awaitSession().remoteAddress()).isEqualTo(named);
    assertThat(server.name()).isEqualTo("unix-server-" + path);
    assertThatIllegalStateException().isThrownBy(server::port).withMessageContaining("has no port");
  }

  @Test
  void theFileIsRemovedWhenTheServerStops() {
    Server<String> server = start();
    assertThat(path).exists();

    server.stop(StopMode.DRAIN_AND_WAIT);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aStaleSocketFileIsReplaced() throws IOException {
    try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      crashed.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();

    start();

    assertEchoes(path.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void aSocketOnWhichSomebodyListensIsLeftAlone(Io io) {
    start();
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));

    assertThatThrownBy(() -> server(path.toString()).eventLoops(loops).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("another process listens there");

    assertEchoes(path.toString());
    assertThat(directory).isDirectoryContaining(path::equals);
    assertThat(Objects.requireNonNull(directory.toFile().list())).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void aFileThatIsNoSocketIsLeftAlone(Io io) throws IOException {
    Files.writeString(path, "precious");
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));

    assertThatThrownBy(() -> server(path.toString()).eventLoops(loops).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("is not a socket");

    assertThat(path).hasContent("precious");
    assertThat(Objects.requireNonNull(directory.toFile().list())).hasSize(1);
  }

  @Test
  void aLinkIsNotFollowed() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "precious");
    Files.createSymbolicLink(path, target);

    assertThatThrownBy(this::start).hasMessageContaining("is not a socket");

    assertThat(target).hasContent("precious");
  }

  @Test
  void aFileThatHasReplacedTheSocketIsNotRemoved() throws IOException {
    Server<String> server = start();
    Files.delete(path);
    Files.writeString(path, "precious");

    server.stop(StopMode.NOW);

    assertThat(path).hasContent("precious");
  }

  @Test
  void theFailureNamesAMissingDirectory() {
    Path nowhere = directory.resolve("no/such/it.sock");

    assertThatThrownBy(() -> server(nowhere.toString()).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't listen on " + nowhere);
  }

  @Test
  void theSocketFileHasTheRequestedPermissions() throws IOException {
    fixture.start(server(path.toString()).unixPermissions("rw-rw----"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-rw----");
    assertThatIllegalArgumentException().isThrownBy(() -> server("x").unixPermissions("0660"));
  }

  /** A socket accepts connections as soon as it is bound, whatever its name. */
  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void nobodyReachesTheSocketBeforeItHasItsPermissions(Io io) throws Exception {
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    AtomicBoolean done = new AtomicBoolean();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Thread stranger =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                for (String name : Objects.requireNonNull(directory.toFile().list())) {
                  try {
                    PosixFileAttributes file =
                        Files.readAttributes(directory.resolve(name), PosixFileAttributes.class);
                    seen.add(PosixFilePermissions.toString(file.permissions()));
                  } catch (IOException e) {
                    // The socket file has been removed.
                  }
                }
              }
            });
    try {
      for (int i = 0; i < 100; i++) {
        server(path.toString())
            .unixPermissions("rw-------")
            .eventLoops(loops)
            .start()
            .stop(StopMode.NOW);
      }
    } finally {
      done.set(true);
      stranger.join();
    }
    // The permissions of a directory that only its owner may enter.
    assertThat(seen).isSubsetOf("rw-------", "rwx------");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void eachSideSeesWhoTheOtherIs(Io io) throws IOException {
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    RecordingListener<String> atServer = fixture.listener();
    RecordingListener<String> atClient = fixture.listener();
    fixture.start(server(path.toString()).eventLoops(loops).listener(atServer));
    fixture.start(client(path.toString()).eventLoops(loops).listener(atClient));

    for (Session<String> session : List.of(atServer.awaitSession(), atClient.awaitSession())) {
      PeerCredentials peer = Objects.requireNonNull(session.connection().credentials());
      if (io == Io.NIO) {
        assertThat(peer.user()).isEqualTo(Files.getOwner(path).getName());
        assertThat(peer.pid()).isEqualTo(-1);
      } else {
        assertThat((long) peer.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(peer.uid()).isEqualTo((int) Files.getAttribute(path, "unix:uid"));
        assertThat(peer.gid()).isEqualTo((int) Files.getAttribute(path, "unix:gid"));
      }
    }
  }

  @Test
  void aTcpSessionHasNoCredentials() {
    RecordingListener<String> atServer = fixture.listener();
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    fixture.start(fixture.client(server.port()).listener(fixture.listener()));

    assertThat(atServer.awaitSession().connection()).isEqualTo(ConnectionInfo.nothing());
  }

  @Test
  void anAbstractNameNeedsNoFile() {
    EventLoops loops = fixture.closing(EventLoops.create(Io.EPOLL, 1));
    String name = "@gannet-test-" + System.nanoTime();
    Server<String> server = fixture.start(server(name).eventLoops(loops));
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client = fixture.start(client(name).eventLoops(loops).listener(atClient));

    client.session(Fixture.SOON).send("hello");

    assertThat(atClient.awaitMessages(1)).containsExactly("hello");
    assertThat(atClient.awaitSession().remoteAddress()).hasToString(name);
    assertThat(server.addresses()).containsExactly(UnixDomainSocketAddress.of(name));
    assertThat(Path.of(name)).doesNotExist();
    assertThatThrownBy(() -> server(name).eventLoops(loops).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining(name)
        .satisfies(e ->
            assertThat(e.getMessage().toLowerCase(Locale.ROOT)).contains("address already in use"));
  }

  @Test
  void unixSocketsRefuseIoUringBecauseItMayLoseMessages() {
    EventLoops ring = fixture.closing(EventLoops.create(Io.IO_URING, 1));

    assertThatThrownBy(() -> server(path.toString()).eventLoops(ring).start())
        .isInstanceOf(TransportException.class)
        .hasMessageContaining("can't be used with io_uring");
  }

  @Test
  void nioHasNoAbstractNames() {
    EventLoops nio = fixture.closing(EventLoops.create(Io.NIO, 1));
    RecordingObserver observer = new RecordingObserver();

    assertThatThrownBy(() -> server("@gannet").eventLoops(nio).start())
        .hasMessageContaining("NIO doesn't support abstract names");
    ClientBuilder<String> client =
        client("@gannet").eventLoops(nio).listener(fixture.listener()).observer(observer);
    assertThatThrownBy(client::start).hasMessageContaining("NIO doesn't support abstract names");
    assertThat(observer.failures()).isEmpty();
  }

  /** The longest name: the kernel's limit, less the bytes that the JDK doesn't use. */
  private static int longest(Io io) {
    return (TransportUnderTest.isMac() ? 103 : 107) - (io == Io.NIO ? 1 : 0);
  }

  /** A path of the given length whose last part is shorter than any temporary name. */
  private Path pathOf(int length) throws IOException {
    int name = length - directory.toString().length() - "/".length() - "/s".length();
    Path deep = Files.createDirectory(directory.resolve("d".repeat(name)));
    return deep.resolve("s");
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void aPathMayBeAsLongAsTheKernelHasRoomFor(Io io) throws IOException {
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    path = pathOf(longest(io));
    Path shortcut = Files.createSymbolicLink(directory.resolve("d"), path.getParent());
    try (ServerSocketChannel crashed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      crashed.bind(UnixDomainSocketAddress.of(shortcut.resolve("s")));
    }
    Server<String> server = fixture.start(server(path.toString()).eventLoops(loops));

    RecordingListener<String> listener = fixture.listener();
    fixture
        .start(client(path.toString()).eventLoops(loops).listener(listener))
        .session(Fixture.SOON)
        .send("hello");
    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertThat(Objects.requireNonNull(path.getParent().toFile().list())).containsExactly("s");
    assertThatThrownBy(() -> server(path.toString()).eventLoops(loops).start())
        .hasMessageContaining("another process listens there");

    server.stop(StopMode.DRAIN_AND_WAIT);
    assertThat(path.getParent()).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL"})
  void aLongerPathIsRefusedBeforeThereIsAnything(Io io) throws IOException {
    EventLoops loops = fixture.closing(EventLoops.create(io, 1));
    int length = longest(io) + 1;
    path = pathOf(length);
    ServerBuilder<String> server = server(path.toString()).eventLoops(loops);
    ClientBuilder<String> client =
        client(path.toString()).eventLoops(loops).listener(fixture.listener());

    for (ThrowingCallable start : List.<ThrowingCallable>of(server::start, client::start)) {
      assertThatThrownBy(start)
          .isInstanceOf(TransportException.class)
          .hasMessageContainingAll(
              "may have " + longest(io) + " bytes", path.toString(), "has " + length);
    }
    assertThat(path.getParent()).isEmptyDirectory();
  }

  @Test
  void anAbstractNameMayBeAsLongAsAPath() {
    EventLoops loops = fixture.closing(EventLoops.create(Io.EPOLL, 1));
    String name = "@gannet" + System.nanoTime();
    String longest = name + "x".repeat(107 - name.length());
    fixture.start(server(longest).eventLoops(loops));
    RecordingListener<String> listener = fixture.listener();

    fixture.start(client(longest).eventLoops(loops).listener(listener)).session().send("hello");

    assertThat(listener.awaitMessages(1)).containsExactly("hello");
    assertThatThrownBy(() -> server(longest + "x").eventLoops(loops).start())
        .hasMessageContaining("has 108");
    assertThatThrownBy(() -> client(longest + "x").eventLoops(loops).listener(listener).start())
        .hasMessageContaining("has 108");
  }

  @Test
  void aClientReconnectsAfterARestart() {
    Server<String> first = start();
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client = fixture.start(client(path.toString()).listener(atClient));
    client.session(Fixture.SOON);

    first.stop(StopMode.NOW);
    start();

    await().until(() -> atClient.sessions() == 2);
  }

  @Test
  void invalidNamesAreRefused() {
    for (String name : new String[] {"", "@", "a\0b"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Server.unix(name));
      assertThatIllegalArgumentException().isThrownBy(() -> Client.unix(name));
    }
  }
}
