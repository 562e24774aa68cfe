package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.fuzz.harness.Connection;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.NoTime;
import io.gannet.fuzz.harness.Splits;
import io.gannet.fuzz.harness.Target;
import io.gannet.transport.IpFilter;
import io.gannet.transport.ProxyInfo;
import io.gannet.transport.Session;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.proxy.ProxyLayer;
import io.gannet.transport.internal.session.AddressCheck;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The headers of the PROXY protocol. The result of a version 1 header is compared with its text.
 */
public final class ProxyHeaderTarget implements Target {

  private static final FailureLog LOG = new FailureLog("io.gannet.fuzz.proxy");
  private static final AddressCheck PROXIES = new AddressCheck(IpFilter.allow("127.0.0.1"), LOG);
  private static final AddressCheck CLIENTS =
      new AddressCheck(IpFilter.deny("203.0.113.0/24"), LOG);
  private static final Layer REQUIRED = new ProxyLayer(true, PROXIES, CLIENTS, NoTime.INSTANCE);
  private static final Layer OPTIONAL = new ProxyLayer(false, PROXIES, CLIENTS, NoTime.INSTANCE);

  private static final Pattern VERSION_1 =
      Pattern.compile(
          "PROXY (?:TCP4|TCP6) (\\S+) (\\S+) ([0-9]+) ([0-9]+)\r\n(.*)", Pattern.DOTALL);

  @Override
  public String name() {
    return "proxy-header";
  }

  @Override
  public String description() {
    return "headers of the PROXY protocol, versions 1 and 2";
  }

  @Override
  public List<String> instrumented() {
    return List.of("io.gannet.transport.internal.proxy.**", "io.netty.handler.codec.haproxy.**");
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed("PROXY TCP4 192.0.2.1 198.51.100.2 50000 443\r\nGET"),
        seed("PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 50000 443\r\n"),
        seed("PROXY UNKNOWN ffff::1 x y\r\nrest"),
        version2("2111000c c0000201c6336402c35001bb 72657374"),
        version2("21210024" + "20010db8000000000000000000000001".repeat(2) + "c35001bb"),
        version2("20000000 72657374"),
        version2("21110018 c0000201c6336402c35001bb 0100026832 04000461626364"),
        version2("213100d8" + ("2f746d702f61" + "00".repeat(102)).repeat(2)),
        seed("no header at all"));
  }

  private static byte[] seed(String text) {
    return Input.of(new int[] {0, 3}, text.getBytes(ISO_8859_1));
  }

  private static byte[] version2(String hex) {
    String begin = "0d0a0d0a000d0a515549540a";
    return Input.of(new int[] {0, 3}, HexFormat.of().parseHex(begin + hex.replace(" ", "")));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    Layer layer = input.choice(2) == 0 ? REQUIRED : OPTIONAL;
    int cut = input.choice();
    byte[] rest = input.rest();
    List<Object> whole = outcome(layer, rest, -1);
    Finding.unlessSame("results of whole and of split bytes", whole, outcome(layer, rest, cut));
    compareWithText(whole, rest);
  }

  private static List<Object> outcome(Layer layer, byte[] bytes, int cut) {
    StringBuilder behind = new StringBuilder();
    List<Object> outcome = new ArrayList<>();
    try (Connection<byte[]> connection =
        new Connection<>(
            Codecs.raw(),
            4096,
            List.of(layer),
            piece -> behind.append(new String(piece, ISO_8859_1)))) {
      if (cut < 0) {
        connection.feed(bytes);
      } else {
        connection.feed(bytes, new Splits(cut));
      }
      connection.end();
      Session<byte[]> session = connection.session();
      if (session == null) {
        outcome.add(connection.refusal() == null ? "nothing" : "refused");
      } else {
        outcome.add(session.remoteAddress());
        ProxyInfo proxy = session.connection().proxy();
        outcome.add(proxy == null ? "no proxy" : proxy);
        outcome.add(behind.toString());
        outcome.add(connection.events().getLast());
      }
    }
    return outcome;
  }

  /** Compares the result with the plain text of the header. */
  private static void compareWithText(List<Object> outcome, byte[] bytes) {
    Matcher text = VERSION_1.matcher(new String(bytes, ISO_8859_1));
    if (outcome.size() > 1 && text.matches() && outcome.get(1) instanceof ProxyInfo) {
      InetSocketAddress client = (InetSocketAddress) outcome.getFirst();
      Finding.unless(
          client.getPort() == Integer.parseInt(text.group(3))
              && client
                  .getAddress()
                  .equals(NetUtil.createInetAddressFromIpAddressString(text.group(1))),
          "%s was made of %s %s",
          client,
          text.group(1),
          text.group(3));
      Finding.unless(text.group(5).equals(outcome.get(2)), "what is behind the header is lost");
    }
  }
}
