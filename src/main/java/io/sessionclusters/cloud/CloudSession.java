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
package io.sessionclusters.cloud;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session cluster as the API shows it: the 24 documented fields under their own names. Every
 * one but {@code sessionClusterId} may be absent or null.
 *
 * @param sessionClusterId the identity; a session without one is never built
 * @param state as it came, see {@code SessionState} for the known ones
 * @param webUI the Spark UI's URL; may carry a token in its query part
 * @param gmtCreate when the session cluster was created
 * @param startTime when it last started
 * @param extra JSON inside a string; may hold secrets
 * @param connectionToken bearer token of the Thrift endpoint
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudSession(
    @Nullable String workspaceId,
    String sessionClusterId,
    @Nullable String userId,
    @Nullable String userName,
    @Nullable String name,
    @Nullable String kind,
    @Nullable String queueName,
    @Nullable String state,
    @Nullable StateChangeReason stateChangeReason,
    @Nullable AutoStartConfiguration autoStartConfiguration,
    @Nullable AutoStopConfiguration autoStopConfiguration,
    @Nullable List<ApplicationConfig> applicationConfigs,
    @Nullable String webUI,
    @Nullable String releaseVersion,
    @Nullable String displayReleaseVersion,
    @Nullable String draftId,
    @Nullable String domain,
    @Nullable String domainInner,
    @Nullable Boolean fusion,
    @Nullable Instant gmtCreate,
    @Nullable Instant startTime,
    @Nullable String extra,
    @Nullable Boolean publicEndpointEnabled,
    @Nullable SecretValue connectionToken) {

  /** Why the session is in its state; {@code 200} and {@code 1000000} mean success. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record StateChangeReason(@Nullable String code, @Nullable String message) {}

  /** Whether the session starts by itself when it is used. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record AutoStartConfiguration(@Nullable Boolean enable) {}

  /** Whether the session stops by itself, and after how many idle minutes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record AutoStopConfiguration(
      @Nullable Boolean enable, @Nullable Integer idleTimeoutMinutes) {}

  /** One setting of one configuration file; the value can hold secrets of the user. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ApplicationConfig(
      @Nullable String configFileName,
      @Nullable String configItemKey,
      @Nullable String configItemValue) {}
}
