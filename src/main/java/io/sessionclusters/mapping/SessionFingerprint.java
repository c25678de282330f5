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

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.ApplicationConfig;
import io.sessionclusters.cloud.SecretValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The digest of all that a mirror's status is made of: the session as it came, its token too, which
 * decides what is hidden, and whether the mirror has a connection Secret. Two sessions with the
 * same fingerprint map to the same status. It lets an unchanged poll skip the mapping, which costs
 * more than the rest of the poll.
 */
public final class SessionFingerprint {

  private SessionFingerprint() {}

  /**
   * The fingerprint of a session.
   *
   * @param refersToSecret whether the status shall name the connection Secret
   * @param builder used for one digest and left ready for the next
   */
  public static Digest of(CloudSession session, boolean refersToSecret, Digest.Builder builder) {
    builder
        .flag(refersToSecret)
        .text(session.sessionClusterId())
        .text(session.name())
        .text(session.kind())
        .text(session.state())
        .text(session.queueName())
        .text(session.userId())
        .text(session.userName())
        .text(session.releaseVersion())
        .text(session.displayReleaseVersion())
        .flag(session.fusion())
        .text(session.webUI())
        .text(session.domain())
        .text(session.domainInner())
        .flag(session.publicEndpointEnabled())
        .text(session.draftId())
        .text(session.extra());
    time(session.gmtCreate(), builder);
    time(session.startTime(), builder);
    var reason = session.stateChangeReason();
    builder.flag(reason != null);
    if (reason != null) {
      builder.text(reason.code()).text(reason.message());
    }
    var autoStart = session.autoStartConfiguration();
    builder.flag(autoStart != null);
    if (autoStart != null) {
      builder.flag(autoStart.enable());
    }
    var autoStop = session.autoStopConfiguration();
    builder.flag(autoStop != null);
    if (autoStop != null) {
      builder.flag(autoStop.enable()).number(autoStop.idleTimeoutMinutes());
    }
    configs(session.applicationConfigs(), builder);
    SecretValue token = session.connectionToken();
    builder.text(token == null ? null : token.reveal());
    return builder.finish();
  }

  private static void time(@Nullable Instant instant, Digest.Builder builder) {
    builder.flag(instant != null);
    if (instant != null) {
      builder.number(instant.getEpochSecond());
    }
  }

  private static void configs(@Nullable List<ApplicationConfig> configs, Digest.Builder builder) {
    builder.number(configs == null ? 0 : configs.size());
    if (configs != null) {
      for (ApplicationConfig config : configs) {
        builder
            .text(config.configFileName())
            .text(config.configItemKey())
            .text(config.configItemValue());
      }
    }
  }
}
