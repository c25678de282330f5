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
package io.sessionclusters.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.mapping.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All mirrors that the API server has, as small records, and what the operator wrote to them.
 *
 * <p>Fed by the informers and by the answers to the operator's own writes, whichever is later by
 * resource version. Tells hand edits from the operator's own writes, which come back as events, and
 * reports only the former. Thread-safe.
 */
public final class MirrorStore {

  /**
   * A mirror and what is known of the operator's own writes to it.
   *
   * @param mirror as last seen; null before its creation was seen
   * @param written null if nothing was written since the start
   * @param writes how many are under way just now
   * @param deleting the API server was asked to delete it and its end was not seen yet
   */
  record Entry(@Nullable Mirror mirror, @Nullable Written written, int writes, boolean deleting) {

    static final Entry EMPTY = new Entry(null, null, 0, false);

    Entry withMirror(@Nullable Mirror m) {
      return new Entry(m, written, writes, deleting);
    }

    Entry withWritten(@Nullable Written w) {
      return new Entry(mirror, w, writes, deleting);
    }

    Entry withWrites(int n) {
      return new Entry(mirror, written, n, deleting);
    }

    Entry withDeleting(boolean d) {
      return new Entry(mirror, written, writes, d);
    }

    /** Whether the API server holds something later than, and other than, what was written. */
    boolean isDrifted() {
      return mirror != null
          && written != null
          && writes == 0
          && !deleting
          && Written.isLater(mirror.resourceVersion(), written.resourceVersion())
          && !(written.matches(mirror) && mirror.isWellFormed());
    }

    boolean isNothing() {
      return mirror == null && writes == 0;
    }
  }

  private final ConcurrentMap<String, ConcurrentMap<String, Entry>> namespaces =
      new ConcurrentHashMap<>();

  /** By the uid of the controller: the names of the mirrors that it owns, all in its namespace. */
  private final ConcurrentMap<String, Set<String>> controlled = new ConcurrentHashMap<>();

  /** By the source that the label names: the names of the mirrors without a controller. */
  private final ConcurrentMap<ResourceID, Set<String>> orphans = new ConcurrentHashMap<>();

  private final Consumer<ResourceID> onDrift;

  /**
   * Creates an empty store.
   *
   * @param onDrift called with the source of a mirror that somebody else changed or removed; must
   *     return at once
   */
  public MirrorStore(Consumer<ResourceID> onDrift) {
    this.onDrift = onDrift;
  }

  /** The mirror of that name, whoever owns it; {@link Entry#EMPTY} if there is none. */
  Entry get(String namespace, String name) {
    return Objects.requireNonNullElse(in(namespace).get(name), Entry.EMPTY);
  }

  /** The mirrors that the source with that uid controls. */
  List<Mirror> controlledBy(String namespace, String sourceUid) {
    return mirrors(namespace, controlled.get(sourceUid));
  }

  /** Number of mirrors that the source with that uid controls. */
  int countControlledBy(String sourceUid) {
    Set<String> names = controlled.get(sourceUid);
    return names == null ? 0 : names.size();
  }

  /** The mirrors without a controller whose label names that source. */
  List<Mirror> orphansOf(ResourceID source) {
    return mirrors(source.getNamespace().orElse(""), orphans.get(source));
  }

  /** Number of mirrors, whoever owns them. */
  public int size() {
    return (int) all(null).count();
  }

  /** The mirrors of one namespace, or of all. */
  Stream<Mirror> all(@Nullable String namespace) {
    return (namespace == null ? namespaces.values().stream() : Stream.of(in(namespace)))
        .flatMap(names -> names.values().stream())
        .map(Entry::mirror)
        .filter(Objects::nonNull);
  }

  /**
   * Takes what an informer or the answer to a write showed, unless something later is known.
   *
   * @return what was known before; null if nothing
   */
  @Nullable Mirror see(SessionCluster object) {
    Mirror seen = Mirror.of(object, new Digest.Builder());
    Entry[] before = {Entry.EMPTY};
    Entry entry =
        change(
            seen.namespace(),
            seen.name(),
            e -> {
              before[0] = e;
              return e.mirror() == null
                      || Written.isLater(seen.resourceVersion(), e.mirror().resourceVersion())
                  ? e.withMirror(seen)
                  : e;
            });
    if (entry.isDrifted()) {
      report(seen);
    }
    return before[0].mirror();
  }

  /**
   * Takes the news that a mirror is gone.
   *
   * @return what was known before; null if nothing
   */
  @Nullable Mirror gone(String namespace, String name) {
    Entry[] before = {Entry.EMPTY};
    change(
        namespace,
        name,
        e -> {
          before[0] = e;
          return new Entry(null, null, e.writes(), false);
        });
    Mirror mirror = before[0].mirror();
    if (mirror != null && !before[0].deleting()) {
      report(mirror);
    }
    return mirror;
  }

  /** Says that a write begins: events of this mirror are its echo until {@link #endWrite}. */
  void beginWrite(String namespace, String name) {
    change(namespace, name, e -> e.withWrites(e.writes() + 1));
  }

  /**
   * Says that a write ended.
   *
   * @param written what was written; null if the write failed
   */
  void endWrite(String namespace, String name, @Nullable Written written) {
    Entry entry =
        change(
            namespace,
            name,
            e -> {
              Entry ended = e.withWrites(e.writes() - 1);
              return written == null ? ended : ended.withWritten(written);
            });
    if (entry.isDrifted() && entry.mirror() != null) {
      report(entry.mirror());
    }
  }

  /** Says that a mirror was compared with the cloud and is right as it is. */
  void confirm(String namespace, String name, Written written) {
    change(namespace, name, e -> e.mirror() == null ? e : e.withWritten(written));
  }

  /** Says that what was written to a mirror is no longer what it shall be. */
  void forget(String namespace, String name) {
    change(namespace, name, e -> e.withWritten(null));
  }

  /** Says that the API server is being asked to delete a mirror: its end is no hand edit. */
  void beginDelete(String namespace, String name) {
    change(namespace, name, e -> e.mirror() == null ? e : e.withDeleting(true));
  }

  /** Says that the API server refused to delete a mirror. */
  void deleteFailed(String namespace, String name) {
    change(namespace, name, e -> e.withDeleting(false));
  }

  private Entry change(String namespace, String name, UnaryOperator<Entry> step) {
    Entry[] after = {Entry.EMPTY};
    in(namespace)
        .compute(
            name,
            (n, before) -> {
              Entry from = Objects.requireNonNullElse(before, Entry.EMPTY);
              Entry to = step.apply(from);
              if (!Objects.equals(from.mirror(), to.mirror())) {
                index(namespace, name, from.mirror(), to.mirror());
              }
              after[0] = to;
              return to.isNothing() ? null : to;
            });
    return after[0];
  }

  /** Called inside the entry's computation, so that an entry and its indices change together. */
  private void index(
      String namespace, String name, @Nullable Mirror before, @Nullable Mirror after) {
    if (before != null) {
      remove(controlled, before.controller() == null ? null : before.controller().uid(), name);
      remove(orphans, orphanOf(namespace, before), name);
    }
    if (after != null) {
      add(controlled, after.controller() == null ? null : after.controller().uid(), name);
      add(orphans, orphanOf(namespace, after), name);
    }
  }

  private static @Nullable ResourceID orphanOf(String namespace, Mirror mirror) {
    return mirror.controller() == null && mirror.sourceLabel() != null
        ? new ResourceID(mirror.sourceLabel(), namespace)
        : null;
  }

  private static <K> void add(ConcurrentMap<K, Set<String>> index, @Nullable K key, String name) {
    if (key != null) {
      index.compute(
          key,
          (k, names) -> {
            Set<String> set = names == null ? ConcurrentHashMap.newKeySet() : names;
            set.add(name);
            return set;
          });
    }
  }

  private static <K> void remove(
      ConcurrentMap<K, Set<String>> index, @Nullable K key, String name) {
    if (key != null) {
      index.computeIfPresent(
          key,
          (k, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
          });
    }
  }

  private List<Mirror> mirrors(String namespace, @Nullable Set<String> names) {
    if (names == null) {
      return List.of();
    }
    List<Mirror> found = new ArrayList<>(names.size());
    for (String name : names) {
      Mirror mirror = get(namespace, name).mirror();
      if (mirror != null) {
        found.add(mirror);
      }
    }
    return found;
  }

  private void report(Mirror mirror) {
    Mirror.Controller controller = mirror.controller();
    String source =
        controller != null && controller.isSource() ? controller.name() : mirror.sourceLabel();
    if (source != null) {
      onDrift.accept(new ResourceID(source, mirror.namespace()));
    }
  }

  private ConcurrentMap<String, Entry> in(String namespace) {
    return namespaces.computeIfAbsent(namespace, n -> new ConcurrentHashMap<>());
  }
}
