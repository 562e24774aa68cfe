package io.gannet.cli.internal.registry;

import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that is different from before.
 *
 * @param kind what has happened
 * @param service of which service
 * @param id of which instance, or the name of the entry that is none; empty if it is about the whole service
 * @param text more about it, for people; may be empty
 * @param instance the instance as it is now, or was at last; null if there is none
 */
record Change(Kind kind, String service, String id, String text, @Nullable Instance instance) {

  /** What can happen. */
  enum Kind {
    /** An instance is there. */
    ADDED("+"),
    /** An instance is gone. */
    REMOVED("-"),
    /** An instance says something else of itself. */
    CHANGED("~"),
    /** The registry doesn't have an instance, and the list keeps it. */
    MISSING("?"),
    /** The registry has a missing instance again. */
    RETURNED("+"),
    /** An entry is no instance. */
    SKIPPED("!"),
    /** The list can't be followed, and stays as it was. */
    STALE("!"),
    /** The list is followed. */
    LIVE("=");

    final String sign;

    Kind(String sign) {
      this.sign = sign;
    }
  }

  private static final Map<String, Function<Instance, String>> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("address", instance -> instance.protocol() + "://" + instance.address());
    FIELDS.put("version", Instance::version);
    FIELDS.put("group", Instance::group);
    FIELDS.put("zone", Instance::zone);
    FIELDS.put("weight", instance -> String.valueOf(instance.weight()));
    FIELDS.put("since", instance -> instance.since().toString());
    FIELDS.put("metadata", instance -> instance.metadata().toString());
  }

  /**
   * Compares what was known of a service with what is known now.
   *
   * @param before what was known
   * @param now what is known, of the same service
   * @return what is different, in an order that makes sense to read
   */
  static List<Change> between(Listing before, Listing now) {
    String service = now.service();
    List<Change> changes = new ArrayList<>();
    Map<String, Instance> old = byId(before.instances());
    Map<String, Instance> current = byId(now.instances());
    state(before, now, changes);
    current.forEach((id, instance) -> {
      Instance was = old.get(id);
      if (was == null) {
        changes.add(new Change(Kind.ADDED, service, id, describe(instance), instance));
      } else if (!was.equals(instance)) {
        changes.add(new Change(Kind.CHANGED, service, id, differences(was, instance), instance));
      }
    });
    old.forEach((id, instance) -> {
      if (!current.containsKey(id)) {
        changes.add(new Change(Kind.REMOVED, service, id, describe(instance), instance));
      }
    });
    missing(before, now, current, changes);
    now.status()
        .skipped()
        .forEach((name, reason) -> {
          if (!reason.equals(before.status().skipped().get(name))) {
            changes.add(new Change(Kind.SKIPPED, service, name, "is skipped: " + reason, null));
          }
        });
    before.status().skipped().keySet().stream()
        .filter(name -> !now.status().skipped().containsKey(name) && !current.containsKey(name))
        .forEach(name ->
            changes.add(new Change(Kind.REMOVED, service, name, "was skipped, is gone", null)));
    return changes;
  }

  private static void state(Listing before, Listing now, List<Change> changes) {
    DirectoryStatus.State state = now.status().state();
    if (state == before.status().state()) {
      return;
    }
    if (state == DirectoryStatus.State.STALE) {
      String text = "can't be followed, the last list stays: " + now.cause();
      changes.add(new Change(Kind.STALE, now.service(), "", text, null));
    } else if (state == DirectoryStatus.State.LIVE) {
      changes.add(new Change(Kind.LIVE, now.service(), "", "is followed", null));
    }
  }

  private static void missing(
      Listing before, Listing now, Map<String, Instance> current, List<Change> changes) {
    Set<String> ids = new TreeSet<>(before.status().missing().keySet());
    ids.addAll(now.status().missing().keySet());
    for (String id : ids) {
      Instance instance = current.get(id);
      boolean was = before.status().missing().containsKey(id);
      boolean is = now.status().missing().containsKey(id);
      if (is && !was) {
        String text = "is missing in the registry, and kept for now";
        changes.add(new Change(Kind.MISSING, now.service(), id, text, instance));
      } else if (was && !is && instance != null) {
        changes.add(
            new Change(Kind.RETURNED, now.service(), id, "is back in the registry", instance));
      }
    }
  }

  private static Map<String, Instance> byId(List<Instance> instances) {
    Map<String, Instance> byId = new LinkedHashMap<>();
    instances.forEach(instance -> byId.put(instance.id(), instance));
    return byId;
  }

  private static String describe(Instance instance) {
    List<String> said = new ArrayList<>();
    FIELDS.forEach((name, field) -> {
      String value = field.apply(instance);
      if (name.equals("address")) {
        said.add(value);
      } else if (!isUsual(name, value)) {
        said.add(name + "=" + value);
      }
    });
    return String.join(" ", said);
  }

  private static boolean isUsual(String name, String value) {
    return switch (name) {
      case "weight" -> value.equals(String.valueOf(Instance.NORMAL_WEIGHT));
      case "since" -> true;
      case "metadata" -> value.equals("{}");
      default -> value.isEmpty();
    };
  }

  private static String differences(Instance was, Instance is) {
    List<String> said = new ArrayList<>();
    FIELDS.forEach((name, field) -> {
      String before = field.apply(was);
      String now = field.apply(is);
      if (!Objects.equals(before, now)) {
        said.add("%s %s -> %s".formatted(name, orDash(before), orDash(now)));
      }
    });
    return String.join(", ", said);
  }

  private static String orDash(String value) {
    return value.isEmpty() ? "-" : value;
  }
}
