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
package io.sessionclusters.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the API returned for a session when it was last listed, under the API's own field names and
 * with Kubernetes types. A field that the API left out is left out here.
 *
 * <p>Times are RFC 3339 in UTC. Values that may hold secrets are redacted; the connection token is
 * never here.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonDeserialize(using = LenientReader.class)
public record SessionClusterStatus(
    @JsonPropertyDescription("Generation of the mirror that this status belongs to.")
        @Nullable Long observedGeneration,
    @SelectableField
        @JsonPropertyDescription("The session's name: free text, not unique, may change.")
        @Nullable String name,
    @SelectableField
        @JsonPropertyDescription("What the session serves: SQL, NOTEBOOK, THRIFT or a later kind.")
        @Nullable String kind,
    @SelectableField
        @JsonPropertyDescription(
            "State of the session: NotStarted, Starting, Running, Stopping, Stopped, Error, or a"
                + " later one as the API spells it; Vanished where the session no longer"
                + " exists and its mirror is retained.")
        @Nullable String state,
    @JsonPropertyDescription("Why the session is in its state.")
        @Nullable StateChangeReason stateChangeReason,
    @SelectableField @JsonPropertyDescription("Resource queue that the session runs in.")
        @Nullable String queueName,
    @JsonPropertyDescription("ID of the user who created the session.") @Nullable String userId,
    @JsonPropertyDescription("Name of the user who created the session.") @Nullable String userName,
    @JsonPropertyDescription(
            "Engine release, such as 'esr-4.0.0 (Spark 3.5.2, Scala 2.12)'. Free text.")
        @Nullable String releaseVersion,
    @JsonPropertyDescription("Engine release as the console shows it.")
        @Nullable String displayReleaseVersion,
    @JsonPropertyDescription("Whether the Fusion engine accelerates the session.")
        @Nullable Boolean fusion,
    @JsonPropertyDescription("Whether the session starts by itself when it is used.")
        @Nullable AutoStartConfiguration autoStartConfiguration,
    @JsonPropertyDescription("Whether and when the session stops by itself.")
        @Nullable AutoStopConfiguration autoStopConfiguration,
    @JsonPropertyDescription(
            "Settings of the session. A value is redacted where its key or the value itself looks"
                + " like a secret.")
        @Nullable List<ApplicationConfig> applicationConfigs,
    @JsonPropertyDescription("The Spark UI's URL, without its query part (it may carry a token).")
        @Nullable String webUI,
    @JsonPropertyDescription("Host of the public Thrift endpoint.") @Nullable String domain,
    @JsonPropertyDescription("Host of the Thrift endpoint inside the region.")
        @Nullable String domainInner,
    @JsonPropertyDescription("Whether the public Thrift endpoint is enabled.")
        @Nullable Boolean publicEndpointEnabled,
    @JsonPropertyDescription("ID of the draft that the session was made from.")
        @Nullable String draftId,
    @JsonPropertyDescription("When the session was created (gmtCreate).")
        @Nullable String createTime,
    @JsonPropertyDescription("When the session last started.") @Nullable String startTime,
    @JsonPropertyDescription(
            "Further information: JSON in a string, redacted as a whole where it looks"
                + " like a secret.")
        @Nullable String extra,
    @JsonPropertyDescription(
            "Secret in the mirror's namespace with the connection data of a Thrift session; present"
                + " only while the source writes connection secrets.")
        @Nullable ConnectionSecretRef connectionSecretRef,
    @JsonPropertyDescription(
            "Synced: this is what a listing showed; False where the session vanished, Unknown where"
                + " no listing has shown it for staleAfter. Running: the session's state is"
                + " Running (the reason is the state).")
        @Nullable List<Condition> conditions) {

  /** The status of a mirror that was never written. */
  public static final SessionClusterStatus EMPTY =
      new SessionClusterStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null);

  /** Why a session is in its state. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StateChangeReason(
      @JsonPropertyDescription("Code of the API; 200 and 1000000 mean success.")
          @Nullable String code,
      @JsonPropertyDescription("Message of the API, redacted where it looks like a secret.")
          @Nullable String message) {}

  /** Whether a session starts by itself. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AutoStartConfiguration(
      @JsonPropertyDescription("True if the session starts when it is used.")
          @Nullable Boolean enable) {}

  /** Whether and when a session stops by itself. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AutoStopConfiguration(
      @JsonPropertyDescription("True if the session stops after it was idle.")
          @Nullable Boolean enable,
      @JsonPropertyDescription("Idle minutes after which the session stops.")
          @Nullable Integer idleTimeoutMinutes) {}

  /** One setting of one configuration file. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ApplicationConfig(
      @JsonPropertyDescription("File of the setting, such as spark-defaults.conf.")
          @Nullable String configFileName,
      @JsonPropertyDescription("Key of the setting.") @Nullable String configItemKey,
      @JsonPropertyDescription("Value of the setting, or *********(redacted).")
          @Nullable String configItemValue) {}

  /** Names a Secret in the mirror's namespace. */
  public record ConnectionSecretRef(
      @JsonPropertyDescription("Name of the Secret.") @Nullable String name) {}
}
