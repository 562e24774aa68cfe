package io.gannet.examples.chat;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of the room, and their commands.
 *
 * <p>Callbacks of different members run at the same time. If two members talk at the same moment,
 * receivers may get the two lines in different orders, but all get both.
 */
final class ChatRoom implements SessionListener<String> {

  private static final Logger LOG = LoggerFactory.getLogger(ChatRoom.class);

  /** The name of a member. */
  private static final AttributeKey<String> NAME = AttributeKey.of("name");

  private static final Pattern VALID_NAME =
      Pattern.compile("\\w{1,20}", Pattern.UNICODE_CHARACTER_CLASS);

  /** The sessions that have a name and receive lines. */
  private final Set<Session<String>> members = ConcurrentHashMap.newKeySet();

  /** The names that are taken. */
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  @Override
  public void onOpen(Session<String> session) {
    session.send("* welcome! who are you? /name NAME");
  }

  @Override
  public void onMessage(Session<String> session, String line) {
    String[] words = line.strip().split("\\s+", 2);
    String argument = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "/name" -> rename(session, argument);
      case "/who" -> session.send("* here: " + String.join(", ", names.stream().sorted().toList()));
      case "/quit" -> session.close();
      case "" -> {
        // An empty line is ignored.
      }
      default -> say(session, line);
    }
  }

  private void rename(Session<String> session, String name) {
    if (!VALID_NAME.matcher(name).matches()) {
      session.send("! a name has 1 to 20 letters and digits: /name NAME");
      return;
    }
    @Nullable String old = session.get(NAME);
    if (name.equals(old)) {
      return;
    }
    if (!names.add(name)) {
      session.send("! the name %s is taken".formatted(name));
      return;
    }
    session.set(NAME, name);
    session.setName(name);
    if (old == null) {
      members.add(session);
      toAll("* %s joined".formatted(name));
    } else {
      names.remove(old);
      toAll("* %s is now %s".formatted(old, name));
    }
  }

  private void say(Session<String> session, String line) {
    @Nullable String name = session.get(NAME);
    if (name == null) {
      session.send("! say who you are first: /name NAME");
    } else {
      toAll(name + ": " + line);
    }
  }

  private void toAll(String line) {
    for (Session<String> member : members) {
      try {
        member.send(line);
      } catch (SessionClosedException | QueueFullException e) {
        // The session is closing, or was closed for being slow; onClose tells the others.
        LOG.debug("{} missed a line: {}", member.name(), e.getMessage());
      }
    }
  }

  @Override
  public void onClose(Session<String> session, CloseReason reason) {
    @Nullable String name = session.get(NAME);
    if (name != null) {
      members.remove(session);
      names.remove(name);
      LOG.info("{} left: {}", name, reason);
      // When the whole server stops, all members know.
      if (reason.kind() != CloseReason.Kind.STOPPED) {
        toAll("* %s left".formatted(name));
      }
    }
  }
}
