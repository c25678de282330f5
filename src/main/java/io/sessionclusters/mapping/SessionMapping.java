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

import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ConnectionSecretRef;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.RecordType;
import io.sessionclusters.cloud.TextSanitizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
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

  /**
   * The fields that are no plain copies. All others have the API's own names: a new one is a
   * component of {@link CloudSession} and one of {@link SessionClusterStatus}, and nothing else.
   */
  private static final Map<String, FieldMapping.Rule<CloudSession>> RULES =
      Map.of(
          "observedGeneration", (session, token) -> GENERATION,
          "state", SessionMapping::state,
          "stateChangeReason", (session, token) -> reason(session.stateChangeReason(), token),
          "applicationConfigs",
              (session, token) -> ShownConfigs.of(session.applicationConfigs(), token),
          "webUI",
              (session, token) ->
                  shortText(token.hide(Redaction.url(session.webUI()), session.webUI())),
          "createTime", (session, token) -> time(session.gmtCreate()),
          "extra", (session, token) -> longText(Redaction.text(token.hide(session.extra()))),
          "connectionSecretRef", (session, token) -> null,
          "conditions", (session, token) -> null);

  private static final FieldMapping<CloudSession, SessionClusterStatus> FIELDS =
      new FieldMapping<>(CloudSession.class, SessionClusterStatus.class, RULES);

  private SessionMapping() {}

  /**
   * Maps all fields.
   *
   * @param session as the API showed it
   * @return the status with both conditions, whose transition times are not set: they depend on the
   *     status before
   */
  public static SessionClusterStatus status(CloudSession session) {
    SessionClusterStatus status = FIELDS.map(session, TokenTrace.of(session.connectionToken()));
    return MirrorConditions.with(
        status,
        MirrorConditions.synced(),
        MirrorConditions.running(status.state(), status.stateChangeReason()));
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

  private static @Nullable StateChangeReason reason(
      CloudSession.@Nullable StateChangeReason r, TokenTrace token) {
    return r == null
        ? null
        : new StateChangeReason(
            shortText(Redaction.word(token.hide(r.code()))),
            longText(Redaction.text(token.hide(r.message()))));
  }

  /** The same status with the name of another connection Secret; null for none. */
  public static SessionClusterStatus withConnectionSecret(
      SessionClusterStatus status, @Nullable String secret) {
    return RecordType.of(SessionClusterStatus.class)
        .with(
            status, "connectionSecretRef", secret == null ? null : new ConnectionSecretRef(secret));
  }

  /** A name, a version, a host: cut only where it cannot be one. */
  static @Nullable String shortText(@Nullable String text) {
    return text == null ? null : TextSanitizer.of(text, MAX_SHORT_TEXT);
  }

  /** A message, a setting's value, JSON in a string. */
  static @Nullable String longText(@Nullable String text) {
    return text == null ? null : TextSanitizer.of(text, MAX_LONG_TEXT);
  }

  static @Nullable String time(@Nullable Instant instant) {
    // Kubernetes times are whole seconds.
    return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
