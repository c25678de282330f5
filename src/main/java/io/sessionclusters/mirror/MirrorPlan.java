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

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.prune.Evidence;
import io.sessionclusters.prune.PruneDecision;
import io.sessionclusters.prune.PruneState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one listing asks for: a pure function of the listing, of the mirrors that are known and of
 * what was missing before. Each listing makes its own plan; nothing of an earlier one is written
 * late.
 *
 * @param writes to do first, in any order
 * @param removals to do after them, each once it is proven; in the order of the mirrors' names
 * @param shown uids of the mirrors whose sessions the listing shows
 * @param confirmed mirrors that were found right and that nothing was known of before
 * @param foreign mirrors and objects in the way that another controller owns, or none
 * @param clashes names of mirrors that another session of the listing is given too: of two sessions
 *     with one name the one that has the mirror keeps it
 * @param blocked names of mirrors that are being deleted though their sessions are listed: they are
 *     made again once the names are free
 * @param lackingFields number of mirrors that the API server does not store as they were sent
 * @param held mirrors that the guard keeps
 * @param decision what the guard says of the missing ones
 */
public record MirrorPlan(
    List<MirrorChange> writes,
    List<MirrorChange.Removal> removals,
    Set<String> shown,
    Map<String, LastApplied> confirmed,
    List<Mirror> foreign,
    NavigableSet<String> clashes,
    NavigableSet<String> blocked,
    int lackingFields,
    List<Mirror> held,
    PruneDecision decision) {

  /**
   * Plans.
   *
   * @param now by the wall clock, for transition times
   */
  public static MirrorPlan of(PlanInput input, MirrorStore store, Instant now) {
    return new Planner(input, store, now).plan();
  }

  /** Whether mirrors without a controller are given this source as theirs. */
  public boolean adopts() {
    return writes.stream()
        .anyMatch(
            write ->
                write instanceof MirrorChange.Update update
                    && update.mirror().controller() == null);
  }

  /** The state of one planning. */
  private static final class Planner {

    private final PlanInput input;
    private final MirrorStore store;
    private final String namespace;
    private final Instant now;
    private final List<Mirror> controlled;
    private final Digest.Builder digests = new Digest.Builder();
    private final List<MirrorChange> writes = new ArrayList<>();
    private final List<MirrorChange.Removal> removals = new ArrayList<>();
    private final Map<String, LastApplied> confirmed = new HashMap<>();
    private final List<Mirror> foreign = new ArrayList<>();
    private final Set<String> shownUids = new HashSet<>();
    private final Set<String> created = new HashSet<>();
    private final NavigableSet<String> clashes = new TreeSet<>();
    private final NavigableSet<String> blocked = new TreeSet<>();
    private final List<Mirror> inTheWay = new ArrayList<>();
    private List<Mirror> held = List.of();
    private int lackingFields;

    Planner(PlanInput input, MirrorStore store, Instant now) {
      this.input = input;
      this.store = store;
      this.namespace = input.source().getNamespace().orElse("");
      this.now = now;
      this.controlled = store.controlledBy(namespace, input.uid());
    }

    MirrorPlan plan() {
      input.sessions().forEach(this::compare);
      inTheWay.stream()
          .filter(m -> shownUids.contains(m.uid()))
          .map(Mirror::name)
          .forEach(clashes::add);
      for (Mirror mirror : controlled) {
        SecretStep secret = input.secrets().of(null, mirror);
        if (secret.isDue() && !shownUids.contains(mirror.uid())) {
          writes.add(new MirrorChange.CheckSecret(mirror, secret));
        }
      }
      PruneState unseen = input.before().seen(shownUids);
      PruneDecision decision =
          input.evidence() == Evidence.NONE ? PruneDecision.none(unseen) : prune(unseen);
      removals.sort(Comparator.comparing(MirrorChange::name));
      return new MirrorPlan(
          writes,
          removals,
          shownUids,
          confirmed,
          foreign,
          clashes,
          blocked,
          lackingFields,
          held,
          decision);
    }

    /** Judges the mirrors that the listing lacks, and removes those that are absent. */
    private PruneDecision prune(PruneState unseen) {
      List<Mirror> ours = ours();
      int mirrors = ours.size();
      Map<String, String> missing = new LinkedHashMap<>();
      ours.removeIf(m -> shownUids.contains(m.uid()));
      ours.forEach(m -> missing.put(m.uid(), m.sessionClusterId()));
      PruneDecision decision =
          unseen.judge(
              input.generation(),
              new PruneState.Missing(missing, mirrors, input.evidence(), input.when()),
              input.limits());
      held = ours.stream().filter(m -> decision.held().containsKey(m.uid())).toList();
      for (Mirror mirror : ours) {
        if (decision.absent().contains(mirror.uid())) {
          removals.add(removal(mirror));
        } else if (mirror.controller() == null) {
          // Left by an orphaning delete: adopted first, so that it has an owner while it waits.
          writes.add(new MirrorChange.Update(mirror, null, true, SecretStep.NONE));
        }
      }
      migrateVanishedMarks();
      return decision;
    }

    /** A session with the mirror of its name. */
    private void compare(CloudSession session) {
      String id = session.sessionClusterId();
      String name = MirrorName.of(id);
      MirrorEntry entry = store.get(namespace, name);
      Mirror mirror = entry.mirror();
      if (mirror == null) {
        if (!created.add(name)) {
          clashes.add(name);
          return;
        }
        SecretStep secret = input.secrets().of(session, null);
        Digest fingerprint = digests.fingerprint(session, secret.named());
        writes.add(
            new MirrorChange.Create(
                name,
                new SessionClusterSpec(input.regionId(), input.workspaceId(), id),
                content(session, entry, secret.named(), fingerprint),
                secret));
      } else if (!isOurs(mirror)) {
        foreign.add(mirror);
      } else if (mirror.mirrors(input.regionId(), input.workspaceId(), id)) {
        shownUids.add(mirror.uid());
        if (mirror.terminating() || entry.deleting()) {
          blocked.add(name);
        }
        if (!entry.deleting()) {
          update(session, entry, mirror);
        }
      } else {
        // A mirror of an earlier query is missing and makes room; one of this listing does not.
        inTheWay.add(mirror);
      }
    }

    /** Writes the mirror of a session only where it differs from what it shall be. */
    private void update(CloudSession session, MirrorEntry entry, Mirror mirror) {
      SecretStep secret = input.secrets().of(session, mirror);
      Digest fingerprint = digests.fingerprint(session, secret.named());
      LastApplied written = entry.written();
      MirrorChange.Content content = null;
      if (written != null && written.fingerprint().equals(fingerprint) && written.matches(mirror)) {
        lackingFields += written.lacksFields() ? 1 : 0;
      } else {
        content = content(session, entry, secret.named(), fingerprint);
        if (content.summary().equals(mirror.summary())) {
          confirmed.put(mirror.name(), content.writtenAs(mirror));
          content = null;
        }
      }
      boolean metadata = !hasRightMetadata(mirror);
      if (content != null || metadata) {
        writes.add(new MirrorChange.Update(mirror, content, metadata, secret));
      } else if (secret.isDue()) {
        writes.add(new MirrorChange.CheckSecret(mirror, secret));
      }
    }

    private MirrorChange.Content content(
        CloudSession session, MirrorEntry entry, boolean refers, Digest fingerprint) {
      SessionClusterStatus status = SessionMapping.status(session);
      if (refers) {
        String mirror = MirrorName.of(session.sessionClusterId());
        status = SessionMapping.withConnectionSecret(status, MirrorName.ofSecret(mirror));
      }
      Digest digest = digests.status(status);
      return MirrorChange.Content.of(status, digest, fingerprint, entry, now);
    }

    private MirrorChange.Removal removal(Mirror mirror) {
      return switch (input.prunePolicy()) {
        case Delete -> new MirrorChange.Delete(mirror);
        case Retain -> new MirrorChange.MarkVanished(mirror);
      };
    }

    /** Ours: controlled by this source, or left without a controller and labelled with it. */
    private boolean isOurs(Mirror mirror) {
      return mirror.isControlledBy(input.uid())
          || (mirror.controller() == null
              && mirror.managed()
              && input.source().getName().equals(mirror.sourceLabel())
              && mirror.regionId().equals(input.regionId())
              && mirror.workspaceId().equals(input.workspaceId()));
    }

    private boolean hasRightMetadata(Mirror mirror) {
      return mirror.isWellFormed()
          && mirror.isControlledBy(input.uid())
          && input.source().getName().equals(mirror.sourceLabel());
    }

    /** The mirrors that the guard knows: all of ours but those that are kept and marked. */
    private List<Mirror> ours() {
      List<Mirror> ours = new ArrayList<>(controlled);
      store.orphansOf(input.source()).stream().filter(this::isOurs).forEach(ours::add);
      ours.removeIf(
          m -> isMarked(m) || m.terminating() || store.get(namespace, m.name()).deleting());
      return ours;
    }

    /**
     * An earlier version left the state of the vanished mirrors that it marked: those say it as
     * this one does, once.
     */
    private void migrateVanishedMarks() {
      if (input.prunePolicy() != PrunePolicy.Retain) {
        return;
      }
      for (Mirror mirror : controlled) {
        if (isMarked(mirror)
            && !MirrorConditions.VANISHED_STATE.equals(mirror.state())
            && !store.get(namespace, mirror.name()).deleting()) {
          writes.add(new MirrorChange.MarkVanished(mirror));
        }
      }
    }

    /** Whether a vanished mirror is kept and marked already, so that nothing is left to do. */
    private boolean isMarked(Mirror mirror) {
      return input.prunePolicy() == PrunePolicy.Retain
          && mirror.vanished()
          && !shownUids.contains(mirror.uid());
    }
  }
}
