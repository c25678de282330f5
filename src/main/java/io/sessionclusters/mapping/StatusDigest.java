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
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.ApplicationConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The digest of a mirror's status: of every field that the operator writes, but for the transition
 * times of the conditions, which depend on history and not on the cloud.
 *
 * <p>The digest of what the cloud says and the digest of what Kubernetes holds are equal exactly if
 * the mirror needs no write: an absent list is another one than an empty list, as in the JSON.
 */
public final class StatusDigest {

  private static final int ABSENT = -1;

  private StatusDigest() {}

  /**
   * The digest of a status.
   *
   * @param status null is the status of an object that has none
   * @param builder used for one digest and left ready for the next
   */
  public static Digest of(@Nullable SessionClusterStatus status, Digest.Builder builder) {
    if (status == null) {
      return builder.flag(null).finish();
    }
    builder
        .number(status.observedGeneration())
        .text(status.name())
        .text(status.kind())
        .text(status.state())
        .text(status.queueName())
        .text(status.userId())
        .text(status.userName())
        .text(status.releaseVersion())
        .text(status.displayReleaseVersion())
        .flag(status.fusion())
        .text(status.webUI())
        .text(status.domain())
        .text(status.domainInner())
        .flag(status.publicEndpointEnabled())
        .text(status.draftId())
        .text(status.createTime())
        .text(status.startTime())
        .text(status.extra());
    var reason = status.stateChangeReason();
    builder.flag(reason != null);
    if (reason != null) {
      builder.text(reason.code()).text(reason.message());
    }
    var autoStart = status.autoStartConfiguration();
    builder.flag(autoStart != null);
    if (autoStart != null) {
      builder.flag(autoStart.enable());
    }
    var autoStop = status.autoStopConfiguration();
    builder.flag(autoStop != null);
    if (autoStop != null) {
      builder.flag(autoStop.enable()).number(autoStop.idleTimeoutMinutes());
    }
    var secret = status.connectionSecretRef();
    builder.flag(secret != null);
    if (secret != null) {
      builder.text(secret.name());
    }
    configs(status.applicationConfigs(), builder);
    conditions(status.conditions(), builder);
    return builder.finish();
  }

  private static void configs(@Nullable List<ApplicationConfig> configs, Digest.Builder builder) {
    builder.number(sizeOf(configs));
    if (configs != null) {
      for (ApplicationConfig config : configs) {
        if (config == null) {
          builder.flag(null);
          continue;
        }
        builder
            .text(config.configFileName())
            .text(config.configItemKey())
            .text(config.configItemValue());
      }
    }
  }

  private static void conditions(@Nullable List<Condition> conditions, Digest.Builder builder) {
    builder.number(sizeOf(conditions));
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (condition == null) {
          builder.flag(null);
          continue;
        }
        builder
            .text(condition.getType())
            .text(condition.getStatus())
            .text(condition.getReason())
            .text(condition.getMessage())
            .number(condition.getObservedGeneration());
      }
    }
  }

  private static int sizeOf(@Nullable List<?> list) {
    return list == null ? ABSENT : list.size();
  }
}
