/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The truth about the sessions of all workspaces, with its whole history: what the cloud really
 * has, whatever its API says. Not thread-safe: a simulation runs on one thread.
 */
final class SimCloud {

  /** What became of a session at a moment; null: it is not there. */
  private record Version(long from, @Nullable SimSession session) {}

  private static final long EPOCH = Instant.parse("2025-11-01T00:00:00Z").toEpochMilli();

  private final LongSupplier nanos;
  private final Map<SimPlace, Map<String, List<Version>>> places = new LinkedHashMap<>();
  private final Map<SimPlace, CloudQuirks> quirks = new HashMap<>();
  private final Set<String> refusedKeys = new HashSet<>();
  private long order;

  /**
   * An empty cloud.
   *
   * @param nanos virtual time
   */
  SimCloud(LongSupplier nanos) {
    this.nanos = nanos;
  }

  long now() {
    return nanos.getAsLong();
  }

  /** How the API answers for a workspace. */
  CloudQuirks quirks(SimPlace place) {
    return quirks.computeIfAbsent(place, p -> new CloudQuirks());
  }

  /** Ids of the access keys that the cloud does not know. */
  Set<String> refusedKeys() {
    return refusedKeys;
  }

  SimSession create(
      SimPlace place, String id, String name, String kind, String queue, String state) {
    long made = EPOCH + (order + 1) * 61_000L;
    Long started = state.equals("NotStarted") ? null : Long.valueOf(made + 5_000);
    var session = new SimSession(id, name, kind, queue, state, made, started, 0, ++order, now());
    put(place, id, session);
    return session;
  }

  /** Changes a session that is there. */
  void change(SimPlace place, String id, UnaryOperator<SimSession> change) {
    SimSession before = at(place, id, now());
    if (before != null) {
      put(place, id, change.apply(before).at(before.order(), now()));
    }
  }

  /** The session is gone; nothing happens if it was not there. */
  void vanish(SimPlace place, String id) {
    if (at(place, id, now()) != null) {
      put(place, id, null);
    }
  }

  /** A session that was gone is there again, as it was; at the end of the order of creation. */
  void comeBack(SimPlace place, String id) {
    List<Version> all = versions(place, id);
    for (int i = all.size() - 1; i >= 0; i--) {
      SimSession last = all.get(i).session();
      if (last != null) {
        put(place, id, last.at(++order, now()));
        return;
      }
    }
  }

  private void put(SimPlace place, String id, @Nullable SimSession session) {
    places
        .computeIfAbsent(place, p -> new LinkedHashMap<>())
        .computeIfAbsent(id, i -> new ArrayList<>())
        .add(new Version(now(), session));
  }

  private List<Version> versions(SimPlace place, String id) {
    return places.getOrDefault(place, Map.of()).getOrDefault(id, List.of());
  }

  /** Ids of all sessions that were ever there, in their first order. */
  List<String> everIn(SimPlace place) {
    return List.copyOf(places.getOrDefault(place, Map.of()).keySet());
  }

  /** Sessions that are there now, in their first order. */
  List<SimSession> in(SimPlace place) {
    return in(place, now());
  }

  /** Sessions that were there at that moment. */
  List<SimSession> in(SimPlace place, long at) {
    var all = new ArrayList<SimSession>();
    for (List<Version> versions : places.getOrDefault(place, Map.of()).values()) {
      SimSession session = at(versions, at);
      if (session != null) {
        all.add(session);
      }
    }
    return all;
  }

  @Nullable SimSession at(SimPlace place, String id, long at) {
    return at(versions(place, id), at);
  }

  private static @Nullable SimSession at(List<Version> versions, long at) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).from() <= at) {
        return versions.get(i).session();
      }
    }
    return null;
  }

  /**
   * Whether a session was there, and as it should be, at every moment from one to another; both
   * included.
   */
  boolean throughout(
      SimPlace place, String id, long from, long to, Predicate<SimSession> asItShould) {
    List<Version> all = versions(place, id);
    SimSession first = at(all, from);
    if (first == null || !asItShould.test(first)) {
      return false;
    }
    for (Version version : all) {
      if (version.from() >= from && version.from() <= to) {
        SimSession session = version.session();
        if (session == null || !asItShould.test(session)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a session was not there, or not as it should be, at every moment of a time. */
  boolean absentThroughout(
      SimPlace place, String id, long from, long to, Predicate<SimSession> asItShould) {
    List<Version> all = versions(place, id);
    SimSession first = at(all, from);
    if (first != null && asItShould.test(first)) {
      return false;
    }
    for (Version version : all) {
      if (version.from() >= from && version.from() <= to) {
        SimSession session = version.session();
        if (session != null && asItShould.test(session)) {
          return false;
        }
      }
    }
    return true;
  }

  /** When anything last changed in a workspace; the lowest number if nothing ever did. */
  long lastChange(SimPlace place) {
    long last = Long.MIN_VALUE;
    for (List<Version> versions : places.getOrDefault(place, Map.of()).values()) {
      last = Math.max(last, versions.getLast().from());
    }
    return last;
  }
}
