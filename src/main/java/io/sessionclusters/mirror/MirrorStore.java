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
package io.sessionclusters.mirror;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.mapping.Digest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All mirrors that the API server has, as small records, and what the operator wrote to them. Tells
 * drift from the operator's own writes, which come back as events, and reports only the former.
 * Thread-safe.
 *
 * <p>It is fed by informers and by the answers to the operator's own writes, in any order. What an
 * informer shows is the truth, whatever its version: versions can be compared within one history
 * only, and a backup that is put back makes another one, in which objects have older versions, are
 * missing, or are back under an older uid. An answer is a preview of what the informer has not
 * shown yet, so that nothing is written twice. It counts only
 *
 * <ul>
 *   <li>for the object with its uid, or, if it is a creation's, where there is none: once the
 *       informer has shown that a uid ended, no late answer brings it back;
 *   <li>if no list came while the write was under way: an informer shows only in a new list what it
 *       has shown already, or what is older, and whether the write belongs to the history that the
 *       list shows is not known then. If it does, its event follows;
 *   <li>until the informer catches up with it, shows something older than it had shown before, or
 *       has shown what is older than the answer and nothing else for {@link MirrorEntry#LAG}:
 *       events that were on their way when the answer came are followed by the write's own within
 *       that time, a list of another history is not.
 * </ul>
 *
 * <p>An answer that is lost or not counted costs nothing but a comparison: the next listing
 * compares the mirror as the informer shows it with the session.
 */
public final class MirrorStore {

  private final ConcurrentMap<String, ConcurrentMap<String, MirrorEntry>> namespaces =
      new ConcurrentHashMap<>();

  /**
   * Names of the mirrors of a source, all in its namespace: by the uid of the source that controls
   * them, or, of those without a controller, by the source that their label names.
   */
  private final ConcurrentMap<Object, Set<String>> namesBySource = new ConcurrentHashMap<>();

  private final Consumer<ResourceID> onDrift;
  private final Clock steady;

  /**
   * Creates an empty store.
   *
   * @param onDrift called with the source of a mirror that others changed or deleted; must return
   *     at once
   * @param steady a clock that does not jump
   */
  public MirrorStore(Consumer<ResourceID> onDrift, Clock steady) {
    this.onDrift = onDrift;
    this.steady = steady;
  }

  /** The mirror of that name, whoever owns it; {@link MirrorEntry#EMPTY} if there is none. */
  public MirrorEntry get(String namespace, String name) {
    MirrorEntry entry = in(namespace).getOrDefault(name, MirrorEntry.EMPTY);
    return entry.isOverdue(steady)
        ? change(namespace, name, e -> e.settled(steady)).after()
        : entry;
  }

  /** The mirrors that the source with that uid controls. */
  public List<Mirror> controlledBy(String namespace, String sourceUid) {
    return mirrors(namespace, sourceUid);
  }

  /** Number of mirrors that the source with that uid controls. */
  public int countControlledBy(String sourceUid) {
    return namesBySource.getOrDefault(sourceUid, Set.of()).size();
  }

  /** The mirrors without a controller whose label names that source. */
  List<Mirror> orphansOf(ResourceID source) {
    return mirrors(source.getNamespace().orElse(""), source);
  }

  /** The mirrors of one namespace, or of all. */
  Stream<Mirror> all(@Nullable String namespace) {
    return (namespace == null ? namespaces.values().stream() : Stream.of(in(namespace)))
        .flatMap(names -> names.values().stream())
        .map(MirrorEntry::mirror)
        .filter(Objects::nonNull);
  }

  /** An own write comes twice, as an answer and as an event; its status is digested once. */
  private Mirror record(SessionCluster object) {
    ObjectMeta meta = object.getMetadata();
    Mirror known = in(meta.getNamespace()).getOrDefault(meta.getName(), MirrorEntry.EMPTY).mirror();
    return known != null
            && known.uid().equals(meta.getUid())
            && known.resourceVersion().equals(meta.getResourceVersion())
        ? known
        : Mirror.of(object, new Digest.Builder());
  }

  /**
   * Takes what an informer shows, from a list or a watch.
   *
   * @return what was known before; null if nothing
   */
  @Nullable Mirror see(SessionCluster object) {
    Mirror seen = record(object);
    Change change = change(seen.namespace(), seen.name(), e -> e.shown(seen, steady.instant()));
    Mirror known = change.before().mirror();
    boolean replaced =
        known != null
            && !known.uid().equals(seen.uid())
            && change.after().writes() == 0
            && change.before().differsFrom(seen);
    if (replaced || change.after().isDrifted()) {
      report(seen);
    }
    return known;
  }

  /**
   * Takes the answer to an own write, between its {@link #beginWrite} and its {@link #endWrite}.
   *
   * @param created whether the write made the object
   * @return the object as it is stored now
   */
  Mirror answered(SessionCluster object, boolean created) {
    Mirror answer = record(object);
    change(answer.namespace(), answer.name(), e -> e.answered(answer, created));
    return answer;
  }

  /**
   * Takes the deletion of a mirror, from a watch or because a list lacks it.
   *
   * @return what was known before; null if nothing
   */
  @Nullable Mirror deleted(String namespace, String name) {
    MirrorEntry before = change(namespace, name, MirrorEntry::deleted).before();
    Mirror mirror = before.mirror();
    // What was never shown is not what ended, but its successor: it will be shown if it is there.
    if (mirror != null && !before.deleting() && before.wasShown()) {
      report(mirror);
    }
    return mirror;
  }

  /** Says that a write begins: events of this mirror are its own until {@link #endWrite}. */
  void beginWrite(String namespace, String name) {
    change(namespace, name, MirrorEntry::begun);
  }

  /**
   * Says that a write ended.
   *
   * @param written what was written; null if the write failed
   */
  void endWrite(String namespace, String name, @Nullable LastApplied written) {
    MirrorEntry entry = change(namespace, name, e -> e.ended(written)).after();
    if (entry.isDrifted() && entry.mirror() != null) {
      report(entry.mirror());
    }
  }

  /**
   * Says that a mirror was compared with the API and is right as it is; nothing if it has changed
   * since.
   */
  public void confirm(String namespace, String name, LastApplied written) {
    change(
        namespace,
        name,
        e ->
            e.mirror() != null && e.mirror().resourceVersion().equals(written.resourceVersion())
                ? e.withWritten(written)
                : e);
  }

  /** Says that what was written to a mirror is no longer what it shall be. */
  void forget(String namespace, String name) {
    change(namespace, name, e -> e.withWritten(null));
  }

  /** Says that the API server is being asked to delete a mirror: its end is no drift. */
  public void beginDelete(String namespace, String name) {
    change(namespace, name, e -> e.mirror() == null ? e : e.withDeleting(steady.instant()));
  }

  /** Says that the API server refused to delete a mirror. */
  void deleteFailed(String namespace, String name) {
    change(namespace, name, e -> e.withDeleting(null));
  }

  /** What a step has made of an entry. */
  private record Change(MirrorEntry before, MirrorEntry after) {}

  private Change change(String namespace, String name, UnaryOperator<MirrorEntry> step) {
    Change[] change = {new Change(MirrorEntry.EMPTY, MirrorEntry.EMPTY)};
    namespaces.compute(
        namespace,
        (ns, known) -> {
          ConcurrentMap<String, MirrorEntry> names =
              known == null ? new ConcurrentHashMap<>() : known;
          MirrorEntry from = names.getOrDefault(name, MirrorEntry.EMPTY);
          MirrorEntry to = step.apply(from);
          // In here, so that an entry and the index change together.
          index(name, sourceOf(from.mirror()), sourceOf(to.mirror()));
          if (to.isNothing()) {
            names.remove(name);
          } else {
            names.put(name, to);
          }
          change[0] = new Change(from, to);
          return names.isEmpty() ? null : names;
        });
    return change[0];
  }

  private void index(String name, @Nullable Object from, @Nullable Object to) {
    if (Objects.equals(from, to)) {
      return;
    }
    if (from != null) {
      namesBySource.computeIfPresent(
          from,
          (source, names) -> {
            names.remove(name);
            return names.isEmpty() ? null : names;
          });
    }
    if (to != null) {
      namesBySource.compute(
          to,
          (source, names) -> {
            Set<String> all = names == null ? ConcurrentHashMap.newKeySet() : names;
            all.add(name);
            return all;
          });
    }
  }

  private static @Nullable Object sourceOf(@Nullable Mirror mirror) {
    if (mirror != null && mirror.controller() != null) {
      return mirror.controller().uid();
    }
    return mirror == null || mirror.sourceLabel() == null
        ? null
        : new ResourceID(mirror.sourceLabel(), mirror.namespace());
  }

  private List<Mirror> mirrors(String namespace, Object source) {
    return namesBySource.getOrDefault(source, Set.of()).stream()
        .map(name -> get(namespace, name).mirror())
        .filter(Objects::nonNull)
        .toList();
  }

  private void report(Mirror mirror) {
    Mirror.Controller controller = mirror.controller();
    String source =
        controller != null && controller.isSource() ? controller.name() : mirror.sourceLabel();
    if (source != null) {
      onDrift.accept(new ResourceID(source, mirror.namespace()));
    }
  }

  /** Without making one where there is none. */
  private Map<String, MirrorEntry> in(String namespace) {
    Map<String, MirrorEntry> names = namespaces.get(namespace);
    return names == null ? Map.of() : names;
  }
}
