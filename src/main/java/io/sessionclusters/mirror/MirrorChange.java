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

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.mirror.StatusSummary.ConditionStamp;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thing to do to one mirror. */
public sealed interface MirrorChange {

  /** The mirror's name. */
  String name();

  /**
   * What a mirror's status shall be.
   *
   * @param status complete, with the transition times of its conditions
   * @param summary of the status
   * @param fingerprint of the session that it shows
   */
  record Content(SessionClusterStatus status, StatusSummary summary, Digest fingerprint) {

    /**
     * Sets the transition times: a condition whose status is what the operator last wrote (or,
     * after a restart, what the API server has) keeps its time; any other changed now. But where it
     * is not known what a session that runs did before (its mirror is new, or was stale or
     * vanished), it runs since it was started.
     *
     * @param status whose conditions are given their times
     * @param digest of the status
     * @param entry what is known of the mirror
     */
    static Content of(
        SessionClusterStatus status,
        Digest digest,
        Digest fingerprint,
        MirrorEntry entry,
        Instant now) {
      StatusSummary before = entry.summary();
      ConditionStamp synced = before == null ? ConditionStamp.NONE : before.synced();
      ConditionStamp running = before == null ? ConditionStamp.NONE : before.running();
      return new Content(
          status,
          new StatusSummary(
              digest,
              transition(status, MirrorConditions.SYNCED, synced, now),
              transition(
                  status, MirrorConditions.RUNNING, running, runningSince(status, running, now))),
          fingerprint);
    }

    /** What to remember once the API server has it as that mirror. */
    LastApplied writtenAs(Mirror mirror) {
      StatusSummary accepted = mirror.summary();
      return new LastApplied(
          fingerprint,
          accepted.equals(summary) ? accepted : summary,
          accepted,
          mirror.resourceVersion());
    }

    private static Instant runningSince(
        SessionClusterStatus status, ConditionStamp before, Instant now) {
      boolean isKnown = before.status().equals("True") || before.status().equals("False");
      if ((isKnown && before.since() != 0)
          || !SessionState.RUNNING.canonical().equals(status.state())
          || status.startTime() == null) {
        return now;
      }
      Instant start = Instant.parse(status.startTime());
      return start.isAfter(now) ? now : start;
    }

    private static ConditionStamp transition(
        SessionClusterStatus status, String type, ConditionStamp before, Instant changed) {
      for (Condition condition : Objects.requireNonNull(status.conditions())) {
        if (condition.getType().equals(type)) {
          ConditionStamp stamp =
              condition.getStatus().equals(before.status()) && before.since() != 0
                  ? before
                  : new ConditionStamp(condition.getStatus(), changed.getEpochSecond());
          condition.setLastTransitionTime(Instant.ofEpochSecond(stamp.since()).toString());
          return stamp;
        }
      }
      throw new IllegalStateException("a mapped status has both conditions");
    }
  }

  /**
   * A session without a mirror: POST, then its Secret, then PUT of its status.
   *
   * @param content its status
   */
  record Create(String name, SessionClusterSpec spec, Content content, SecretStep secret)
      implements MirrorChange {}

  /** A change to a mirror that is there. */
  sealed interface OfMirror extends MirrorChange {

    /** As it is. */
    Mirror mirror();

    @Override
    default String name() {
      return mirror().name();
    }
  }

  /**
   * A mirror that is not what it shall be.
   *
   * @param content PUT as its status; null if that is right
   * @param metadata whether labels and owner are to be patched
   */
  record Update(Mirror mirror, @Nullable Content content, boolean metadata, SecretStep secret)
      implements OfMirror {}

  /** A mirror that is right, or not shown, but for its Secret, which is due. */
  record CheckSecret(Mirror mirror, SecretStep secret) implements OfMirror {}

  /**
   * A mirror that nothing has confirmed for long, to say so.
   *
   * @param lastShown by the wall clock: no listing has shown its session since
   */
  record MarkStale(Mirror mirror, Instant lastShown) implements OfMirror {}

  /** The mirror of a session that no longer exists. */
  sealed interface Removal extends OfMirror {}

  /** The mirror of a session that no longer exists, to be kept and marked. */
  record MarkVanished(Mirror mirror) implements Removal {

    /** Whether an earlier version has marked it: only the way that it says so is another. */
    public boolean isAlreadyMarked() {
      return mirror.vanished();
    }
  }

  /** The mirror of a session that no longer exists, to be deleted. */
  record Delete(Mirror mirror) implements Removal {}
}
