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
import io.sessionclusters.cloud.TextSanitizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror's status says of a session: every field of the API under its own name, secrets
 * hidden, times as RFC 3339.
 *
 * <p>Every text is cleaned and bounded by {@link TextSanitizer}: a mirror holds at most about
 * 60,000 characters, so that even if each of them takes six bytes, as JSON may write them, it stays
 * far below the 1.5 MiB that the API server takes. Secrets, the session's own connection token
 * among them, are looked for before anything is cut.
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
    TokenTrace token = TokenTrace.of(session.connectionToken());
    String state = state(session, token);
    StateChangeReason reason = reason(session.stateChangeReason(), token);
    return new SessionClusterStatus(
        GENERATION,
        shortText(token.hide(session.name())),
        shortText(token.hide(session.kind())),
        state,
        reason,
        shortText(token.hide(session.queueName())),
        shortText(token.hide(session.userId())),
        shortText(token.hide(session.userName())),
        shortText(token.hide(session.releaseVersion())),
        shortText(token.hide(session.displayReleaseVersion())),
        session.fusion(),
        autoStart(session.autoStartConfiguration()),
        autoStop(session.autoStopConfiguration()),
        ShownConfigs.of(session.applicationConfigs(), token),
        shortText(token.hide(Redaction.url(session.webUI()), session.webUI())),
        shortText(token.hide(session.domain())),
        shortText(token.hide(session.domainInner())),
        session.publicEndpointEnabled(),
        shortText(token.hide(session.draftId())),
        time(session.gmtCreate()),
        time(session.startTime()),
        longText(Redaction.text(token.hide(session.extra()))),
        null,
        conditions(state, reason));
  }

  /**
   * The state as a mirror shows it, and as whatever counts states shall show it: a known one in its
   * documented spelling, any other as it came but fit to be shown and without the session's token.
   */
  public static @Nullable String state(CloudSession session) {
    return state(session, TokenTrace.of(session.connectionToken()));
  }

  /** A known state is no secret, even if the token is the same word. */
  private static @Nullable String state(CloudSession session, TokenTrace token) {
    String state = session.state();
    return SessionState.canonical(SessionState.of(state).isPresent() ? state : token.hide(state));
  }

  private static List<Condition> conditions(
      @Nullable String state, @Nullable StateChangeReason reason) {
    return List.of(MirrorConditions.synced(), MirrorConditions.running(state, reason));
  }

  private static @Nullable StateChangeReason reason(
      CloudSession.@Nullable StateChangeReason r, TokenTrace token) {
    return r == null
        ? null
        : new StateChangeReason(
            shortText(Redaction.word(token.hide(r.code()))),
            longText(Redaction.text(token.hide(r.message()))));
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
    return text == null ? null : TextSanitizer.of(text, MAX_SHORT_TEXT);
  }

  /** A message, a setting's value, JSON in a string. */
  static @Nullable String longText(@Nullable String text) {
    return text == null ? null : TextSanitizer.of(text, MAX_LONG_TEXT);
  }

  private static @Nullable String time(@Nullable Instant instant) {
    // Kubernetes times are whole seconds.
    return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
