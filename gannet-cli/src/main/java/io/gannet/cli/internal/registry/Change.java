package io.gannet.cli.internal.registry;

import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change of a service since the last query.
 *
 * @param kind the kind of change
 * @param service the name of the service
 * @param id the id of the instance, or the name of the invalid entry; empty if the change concerns
 *     the whole service
 * @param text details for people; may be empty
 * @param instance the current or last known instance; null if there is none
 */
record Change(Kind kind, String service, String id, String text, @Nullable Instance instance) {

  /** The kinds of change. */
  enum Kind {
    /** An instance was added. */
    ADDED("+"),
    /** An instance was removed. */
    REMOVED("-"),
    /** An instance has changed its description. */
    CHANGED("~"),
    /** The registry no longer lists an instance, but the directory keeps it. */
    MISSING("?"),
    /** The registry lists a missing instance again. */
    RETURNED("+"),
    /** An entry is not a valid instance. */
    SKIPPED("!"),
    /** The list is out of date, because the registry can't be followed. */
    STALE("!"),
    /** The list is up to date again. */
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
   * Compares the previous and the current listing of a service.
   *
   * @param before the previous listing
   * @param now the current listing of the same service
   * @return the changes, in the order to print them
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
    new TreeMap<>(now.status().skipped())
        .forEach((name, reason) -> {
          if (!reason.equals(before.status().skipped().get(name))) {
            changes.add(new Change(Kind.SKIPPED, service, name, "skipped: " + reason, null));
          }
        });
    before.status().skipped().keySet().stream()
        .filter(name -> !now.status().skipped().containsKey(name) && !current.containsKey(name))
        .sorted()
        .forEach(name ->
            changes.add(new Change(Kind.REMOVED, service, name, "skipped entry removed", null)));
    return changes;
  }

  private static void state(Listing before, Listing now, List<Change> changes) {
    DirectoryStatus.State state = now.status().state();
    if (state == before.status().state()) {
      return;
    }
    if (state == DirectoryStatus.State.STALE) {
      String text = "can't be followed, the last list is kept: " + now.cause();
      changes.add(new Change(Kind.STALE, now.service(), "", text, null));
    } else if (state == DirectoryStatus.State.LIVE) {
      changes.add(new Change(Kind.LIVE, now.service(), "", "list is up to date", null));
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
        String text = "missing in the registry, kept for now";
        changes.add(new Change(Kind.MISSING, now.service(), id, text, instance));
      } else if (was && !is && instance != null) {
        changes.add(new Change(Kind.RETURNED, now.service(), id, "back in the registry", instance));
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
