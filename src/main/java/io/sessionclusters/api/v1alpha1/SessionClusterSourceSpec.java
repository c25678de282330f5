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

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What to list and how often. All components are null-able because reading never throws; which of
 * them are required, and which values they may have, is said by the CRD and checked again by the
 * reconciler.
 *
 * @param unreadable set when the stored spec cannot be read: names the field and its fault; all
 *     other components are null then. Not part of the resource.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonDeserialize(using = LenientReader.class)
@ValidationRule(
    value =
        "!has(self.transitionInterval) || !has(self.interval)"
            + " || !self.transitionInterval.matches("
            + SessionClusterSourceSpec.DURATION
            + ") || !self.interval.matches("
            + SessionClusterSourceSpec.DURATION
            + ") || duration(self.transitionInterval) <= duration(self.interval)",
    fieldPath = ".transitionInterval",
    message = "transitionInterval must not be longer than interval")
public record SessionClusterSourceSpec(
    @Required
        @Pattern(SessionClusterSourceSpec.REGION_PATTERN)
        @JsonPropertyDescription("Region of the workspace, such as cn-hangzhou.")
        @Nullable String regionId,
    @Required
        @Pattern(SessionClusterSourceSpec.WORKSPACE_PATTERN)
        @JsonPropertyDescription("Workspace to list, such as w-1234abcd.")
        @Nullable String workspaceId,
    @Default("Public")
        @JsonPropertyDescription(
            "Which endpoint of the region to call: Public, or VPC from inside the region's own"
                + " network.")
        @Nullable Network network,
    @Size(min = 9, max = 300)
        @Pattern("^https?://[^/?#@\\s]+/?$")
        @JsonPropertyDescription(
            "An https URL to call instead of the region's endpoint. Its host must be on the"
                + " operator's allow-list.")
        @Nullable String endpoint,
    @JsonPropertyDescription("Mirror only the sessions that match all that is given here.")
        @Nullable Filter filter,
    @Default("1m")
        @Size(max = 32)
        @Pattern(SessionClusterSourceSpec.DURATION_PATTERN)
        @ValidationRule(
            value =
                SessionClusterSourceSpec.IF_DURATION
                    + "duration(self) >= duration('1s') && duration(self) <= duration('24h')",
            message = "must be between 1s and 24h")
        @JsonPropertyDescription("Time between two listings, such as 30s, 5m or 1h.")
        @Nullable String interval,
    @Size(max = 32)
        @Pattern(SessionClusterSourceSpec.DURATION_PATTERN)
        @ValidationRule(
            value =
                SessionClusterSourceSpec.IF_DURATION
                    + "duration(self) >= duration('1s') && duration(self) <= duration('24h')",
            message = "must be between 1s and 24h")
        @JsonPropertyDescription(
            "Time between two listings while a session is Starting or Stopping, a mirror awaits"
                + " deletion, or a mirror has drift. Also the least time between the"
                + " listings that prove that a session no longer exists. The smaller of 10s and"
                + " interval if not given.")
        @Nullable String transitionInterval,
    @Default("1m")
        @Size(max = 32)
        @Pattern(SessionClusterSourceSpec.DURATION_PATTERN)
        @ValidationRule(
            value =
                SessionClusterSourceSpec.IF_DURATION
                    + "duration(self) >= duration('1s') && duration(self) <= duration('1h')",
            message = "must be between 1s and 1h")
        @JsonPropertyDescription(
            "Time limit of one listing, not counting waits for the rate limiter. Results older than"
                + " this are not written.")
        @Nullable String timeout,
    @Size(max = 32)
        @Pattern(SessionClusterSourceSpec.DURATION_PATTERN)
        @ValidationRule(
            value =
                SessionClusterSourceSpec.IF_DURATION
                    + "duration(self) == duration('0s')"
                    + " || duration(self) >= duration('1s')"
                    + " && duration(self) <= duration('240h')",
            message = "must be 0s or between 1s and 240h")
        @JsonPropertyDescription(
            "A mirror that no listing has shown for so long gets Synced=Unknown, reason Stale; 0s"
                + " for never. With less than a few intervals mirrors grow stale between two"
                + " listings. The larger of 15m and three intervals if not given.")
        @Nullable String staleAfter,
    @Default("false")
        @JsonPropertyDescription(
            "True stops the listings; the mirrors stay as they are, and none grows stale.")
        @Nullable Boolean suspend,
    @JsonPropertyDescription("What happens to the mirror of a session that no longer exists.")
        @Nullable Prune prune,
    @JsonPropertyDescription(
            "Access key for the API: whose it is, and the role that is assumed with it.")
        @Nullable CredentialsSpec credentials,
    @Default("false")
        @JsonPropertyDescription(
            "True writes the token and the JDBC URL of each Thrift session into a Secret that its"
                + " mirror owns.")
        @Nullable Boolean connectionSecrets,
    @JsonIgnore @Nullable String unreadable) {

  /**
   * The form of a region ID: two letters for the area, a hyphen, the rest. Without the two letters
   * {@code oss-cn-hangzhou} would make a host name that anyone can own.
   */
  public static final String REGION_PATTERN = "^[a-z]{2}-[a-z0-9-]{0,59}[a-z0-9]$";

  /** The form of a workspace ID. */
  public static final String WORKSPACE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

  /** The form of the ARN of a RAM role. */
  public static final String ROLE_ARN_PATTERN = "^acs:ram::[0-9]{1,32}:role/[A-Za-z0-9._-]{1,64}$";

  /** The characters of an external ID. */
  public static final String EXTERNAL_ID_PATTERN = "^[A-Za-z0-9_=,.@:/+-]*$";

  /** The form of a Go-style duration. */
  public static final String DURATION_PATTERN = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

  /** The same in CEL. */
  static final String DURATION = "r'" + DURATION_PATTERN + "'";

  /**
   * What is no duration is refused by the pattern when it is written. A rule that fails to be
   * evaluated for it would also refuse each later write of the status, which could then never say
   * what is wrong.
   */
  static final String IF_DURATION = "!self.matches(" + DURATION + ") || ";

  static SessionClusterSourceSpec unreadable(String problem) {
    return new SessionClusterSourceSpec(
        null, null, null, null, null, null, null, null, null, null, null, null, null, problem);
  }

  /** Which endpoint of a region is called. */
  public enum Network {
    Public,
    VPC
  }

  /** What happens to the mirror of a session that no longer exists. */
  public enum PrunePolicy {
    /** The mirror is removed. */
    Delete,
    /** The mirror is kept and marked. */
    Retain
  }

  /** Which sessions to mirror; all that is given must match. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Filter(
      @Size(min = 1, max = 64)
          @JsonPropertyDescription("Only this kind: SQL, NOTEBOOK, THRIFT or a later one.")
          @Nullable String kind,
      @Size(min = 1, max = 256) @JsonPropertyDescription("Only sessions of this resource queue.")
          @Nullable String queueName,
      @Size(min = 1, max = 256) @JsonPropertyDescription("Only the session with this ID.")
          @Nullable String sessionClusterId,
      @Size(min = 1, max = 512)
          @JsonPropertyDescription(
              "Only sessions with a match of this regular expression (RE2 syntax, unanchored) in"
                  + " their name.")
          @Nullable String nameRegex) {}

  /** What happens to the mirror of a session that no longer exists. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Prune(
      @Default("Delete")
          @JsonPropertyDescription(
              "Delete deletes the mirror. Retain keeps it, with the state Vanished and the"
                  + " condition Synced=False.")
          @Nullable PrunePolicy policy,
      @Default("50")
          @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "If more than this percentage of the mirrors, and more than 5, are missing, the prune"
                  + " guard keeps them all until you confirm the deletion or raise this value.")
          @Nullable Integer maxPercent) {}

  /** Where the access key comes from. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CredentialsSpec(
      @JsonPropertyDescription(
              "Secret in the source's namespace with the keys accessKeyId, accessKeySecret and,"
                  + " for a temporary key, securityToken. The operator's own access key is used"
                  + " if not given and if the operator's settings allow that for this namespace.")
          @Nullable SecretRef secretRef,
      @JsonPropertyDescription(
              "RAM role that is assumed with that access key, perhaps of another account; its key"
                  + " lists the sessions.")
          @Nullable AssumeRole assumeRole) {}

  /** A RAM role that is assumed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AssumeRole(
      @Required
          @Pattern(SessionClusterSourceSpec.ROLE_ARN_PATTERN)
          @JsonPropertyDescription(
              "ARN of the role, such as acs:ram::1234567890123456:role/reader.")
          @Nullable String roleArn,
      @Size(min = 2, max = 1224)
          @Pattern(SessionClusterSourceSpec.EXTERNAL_ID_PATTERN)
          @JsonPropertyDescription("External ID required by the role's trust policy. Not a secret.")
          @Nullable String externalId) {}

  /** Names a Secret in the source's namespace. */
  public record SecretRef(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the Secret.")
          @Nullable String name) {}
}
