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
package io.sessionclusters.mapping;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.AutoStartConfiguration;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.AutoStopConfiguration;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.DisplayText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror's status says of a session: every field of the API under its own name, secrets
 * hidden, times as RFC 3339.
 *
 * <p>Every text is cleaned and bounded by {@link DisplayText}: a mirror holds at most about 60,000
 * characters, so that even if each of them takes six bytes, as JSON may write them, it stays far
 * below the 1.5 MiB that the API server takes. Secrets are looked for before anything is cut.
 */
public final class SessionMapping {

  /** A mirror's spec never changes, so its generation is that of its creation. */
  static final long GENERATION = 1;

  /** Characters of a short text. */
  static final int MAX_SHORT_TEXT = 1024;

  /** Characters of a long text. */
  static final int MAX_LONG_TEXT = 4096;

  private SessionMapping() {}

  /**
   * Maps all fields.
   *
   * @param session as the cloud showed it
   * @return the status with both conditions, whose transition times are not set: they depend on the
   *     status before
   */
  public static SessionClusterStatus status(CloudSession session) {
    String state = SessionState.canonical(session.state());
    StateChangeReason reason = reason(session.stateChangeReason());
    return new SessionClusterStatus(
        GENERATION,
        shortText(session.name()),
        shortText(session.kind()),
        state,
        reason,
        shortText(session.queueName()),
        shortText(session.userId()),
        shortText(session.userName()),
        shortText(session.releaseVersion()),
        shortText(session.displayReleaseVersion()),
        session.fusion(),
        autoStart(session.autoStartConfiguration()),
        autoStop(session.autoStopConfiguration()),
        ShownConfigs.of(session.applicationConfigs()),
        shortText(Redaction.url(session.webUI())),
        shortText(session.domain()),
        shortText(session.domainInner()),
        session.publicEndpointEnabled(),
        shortText(session.draftId()),
        time(session.gmtCreate()),
        time(session.startTime()),
        longText(Redaction.text(session.extra())),
        null,
        conditions(state, reason));
  }

  private static List<Condition> conditions(
      @Nullable String state, @Nullable StateChangeReason reason) {
    return List.of(MirrorConditions.synced(), MirrorConditions.running(state, reason));
  }

  private static @Nullable StateChangeReason reason(CloudSession.@Nullable StateChangeReason r) {
    return r == null
        ? null
        : new StateChangeReason(
            shortText(Redaction.word(r.code())), longText(Redaction.text(r.message())));
  }

  private static @Nullable AutoStartConfiguration autoStart(
      CloudSession.@Nullable AutoStartConfiguration a) {
    return a == null ? null : new AutoStartConfiguration(a.enable());
  }

  private static @Nullable AutoStopConfiguration autoStop(
      CloudSession.@Nullable AutoStopConfiguration a) {
    return a == null ? null : new AutoStopConfiguration(a.enable(), a.idleTimeoutMinutes());
  }

  /** A name, a version, a host: cut only where it cannot be one. */
  static @Nullable String shortText(@Nullable String text) {
    return text == null ? null : DisplayText.of(text, MAX_SHORT_TEXT);
  }

  /** A message, a setting's value, JSON in a string. */
  static @Nullable String longText(@Nullable String text) {
    return text == null ? null : DisplayText.of(text, MAX_LONG_TEXT);
  }

  private static @Nullable String time(@Nullable Instant instant) {
    // Kubernetes times are whole seconds.
    return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
