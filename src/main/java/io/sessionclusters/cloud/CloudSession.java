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

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session cluster as the API shows it: the 24 documented fields under their own names. Every
 * one but {@code sessionClusterId} may be absent or null. No session fills the heap: of a text
 * longer than {@link #MAX_TEXT}, a word longer than {@link #MAX_WORD} and more than 1,000 settings
 * only the beginning is kept; beyond 64 KiB of one session, settings are left out and long texts
 * are hidden.
 *
 * <p>{@code toString} names the session and its state only: several fields can hold secrets.
 *
 * @param sessionClusterId the identity, see {@link SessionId}; a session without one is never built
 * @param state as it came, see {@code SessionState} for the known ones
 * @param applicationConfigs empty, never null, if the API shows none
 * @param webUI the Spark UI's URL; may carry a token in its query part
 * @param draftId trimmed: the documented sample ends in a newline
 * @param gmtCreate when the session cluster was created; null also if it came in a form that cannot
 *     be read
 * @param startTime when it last started; null also if it came in a form that cannot be read
 * @param extra JSON inside a string; may hold secrets
 * @param connectionToken bearer token of the Thrift endpoint
 */
public record CloudSession(
    @Nullable String workspaceId,
    @Identifier String sessionClusterId,
    @Nullable String userId,
    @Nullable String userName,
    @LongText @Nullable String name,
    @Nullable String kind,
    @Nullable String queueName,
    @Nullable String state,
    @Nullable StateChangeReason stateChangeReason,
    @Nullable AutoStartConfiguration autoStartConfiguration,
    @Nullable AutoStopConfiguration autoStopConfiguration,
    List<ApplicationConfig> applicationConfigs,
    @LongText @Nullable String webUI,
    @Nullable String releaseVersion,
    @Nullable String displayReleaseVersion,
    @LongText @Nullable String draftId,
    @Nullable String domain,
    @Nullable String domainInner,
    @Nullable Boolean fusion,
    @Nullable Instant gmtCreate,
    @Nullable Instant startTime,
    @LongText @Nullable String extra,
    @Nullable Boolean publicEndpointEnabled,
    @Nullable SecretValue connectionToken) {

  /** Characters of a text that are kept; one of that length may have lost its end. */
  public static final int MAX_TEXT = 16 * 1024;

  /** Characters that are kept of what can only be a word or a name: twice what is ever shown. */
  public static final int MAX_WORD = 2 * 1024;

  /** The identity of the object: whole, and not more than once. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface Identifier {}

  /** A text of which up to {@link #MAX_TEXT} characters are kept, not a word or a name. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  public @interface LongText {}

  /** An absent list of settings is an empty one. */
  public CloudSession {
    draftId = draftId == null ? null : draftId.strip();
    applicationConfigs = applicationConfigs == null ? List.of() : List.copyOf(applicationConfigs);
  }

  @Override
  public String toString() {
    return "CloudSession[" + sessionClusterId + ", " + state + "]";
  }

  /** Why the session is in its state; {@code 200} and {@code 1000000} mean success. */
  public record StateChangeReason(@Nullable String code, @LongText @Nullable String message) {}

  /** Whether the session starts by itself when it is used. */
  public record AutoStartConfiguration(@Nullable Boolean enable) {}

  /** Whether the session stops by itself, and after how many idle minutes. */
  public record AutoStopConfiguration(
      @Nullable Boolean enable, @Nullable Integer idleTimeoutMinutes) {}

  /** One setting of one configuration file; the value can hold secrets of the user. */
  public record ApplicationConfig(
      @LongText @Nullable String configFileName,
      @LongText @Nullable String configItemKey,
      @LongText @Nullable String configItemValue) {

    /** Stands for all that are left out; does not say how many, which would cause writes. */
    public static final ApplicationConfig LEFT_OUT =
        new ApplicationConfig(null, "…", "(further settings are left out)");

    @Override
    public String toString() {
      return "ApplicationConfig[" + configFileName + ", " + configItemKey + "]";
    }
  }
}
