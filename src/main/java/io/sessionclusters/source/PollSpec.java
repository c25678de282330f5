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
package io.sessionclusters.source;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.AssumeRole;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.CredentialsSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Prune;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.SecretRef;
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.WorkspaceId;
import io.sessionclusters.config.GoDuration;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.source.Schedule.Intervals;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source's spec, found valid, with all defaults set.
 *
 * @param listing what to ask the API for
 * @param nameRegex applied to the sessions' names here; null for all
 * @param intervals between listings, none below the operator's minimum
 * @param belowMinimum whether the spec asks for a shorter interval than that
 * @param timeout for one whole listing
 * @param staleAfter how long a mirror may go unconfirmed before it says so; zero: indefinitely
 * @param prunePolicy what happens to the mirror of a deleted session
 * @param maxPercent of the mirrors that may be deleted without a confirmation
 * @param credentials where the access key comes from
 * @param connectionSecrets whether Thrift sessions have connection Secrets
 */
public record PollSpec(
    ListQuery listing,
    @Nullable Pattern nameRegex,
    Intervals intervals,
    boolean belowMinimum,
    Duration timeout,
    Duration staleAfter,
    PrunePolicy prunePolicy,
    int maxPercent,
    CredentialsRef credentials,
    boolean connectionSecrets) {

  static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
  static final Duration DEFAULT_TRANSITION_INTERVAL = Duration.ofSeconds(10);
  static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);
  static final Duration SHORTEST_DEFAULT_STALE_AFTER = Duration.ofMinutes(15);
  static final int DEFAULT_MAX_PERCENT = 50;
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);
  private static final Duration LONGEST_STALE_AFTER = Duration.ofDays(10);

  /**
   * Where a source's access key comes from.
   *
   * @param secretName of the Secret that holds it; null for the operator's own key
   * @param role that is assumed with it; null for none
   */
  record CredentialsRef(@Nullable String secretName, @Nullable AssumedRole role) {

    /** Whether the operator itself keeps the key, or a part of it, and may have a newer one. */
    boolean isKeptHere() {
      return secretName == null || role != null;
    }
  }

  /** A spec that cannot work; the message, a sentence, names the field and its fault. */
  public static final class InvalidSpecException extends Exception {

    InvalidSpecException(String problem) {
      super(problem.endsWith(".") ? problem : problem + ".");
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Checks a spec. The CRD has checked most of it before, but perhaps an older CRD.
   *
   * @throws InvalidSpecException for the first field that is wrong
   */
  public static PollSpec of(
      @Nullable SessionClusterSourceSpec spec, EndpointPolicy endpoints, Duration minimumInterval)
      throws InvalidSpecException {
    if (spec == null) {
      throw new InvalidSpecException("spec is missing");
    }
    if (spec.unreadable() != null) {
      throw new InvalidSpecException(spec.unreadable());
    }
    RegionId region =
        checked(
            "regionId is ", () -> new RegionId(Objects.requireNonNullElse(spec.regionId(), "")));
    WorkspaceId workspace =
        checked(
            "workspaceId is ",
            () -> new WorkspaceId(Objects.requireNonNullElse(spec.workspaceId(), "")));
    Filter filter = Objects.requireNonNullElse(spec.filter(), new Filter(null, null, null, null));
    Duration interval = duration("interval", spec.interval(), DEFAULT_INTERVAL, LONGEST_INTERVAL);
    Duration transitionInterval =
        duration(
            "transitionInterval",
            spec.transitionInterval(),
            Collections.min(List.of(interval, DEFAULT_TRANSITION_INTERVAL)),
            LONGEST_INTERVAL);
    if (transitionInterval.compareTo(interval) > 0) {
      throw new InvalidSpecException("spec.transitionInterval must not be longer than interval");
    }
    Prune prune = Objects.requireNonNullElse(spec.prune(), new Prune(null, null));
    int maxPercent = Objects.requireNonNullElse(prune.maxPercent(), DEFAULT_MAX_PERCENT);
    if (maxPercent < 0 || maxPercent > 100) {
      throw new InvalidSpecException("spec.prune.maxPercent must be between 0 and 100");
    }
    Duration realInterval = Collections.max(List.of(interval, minimumInterval));
    return new PollSpec(
        new ListQuery(
            endpoint(spec, region, endpoints),
            region,
            workspace,
            filter.kind(),
            filter.queueName(),
            filter.sessionClusterId()),
        nameRegex(filter.nameRegex()),
        new Intervals(realInterval, Collections.max(List.of(transitionInterval, minimumInterval))),
        interval.compareTo(minimumInterval) < 0,
        duration("timeout", spec.timeout(), DEFAULT_TIMEOUT, LONGEST_TIMEOUT),
        staleAfter(spec.staleAfter(), realInterval),
        Objects.requireNonNullElse(prune.policy(), PrunePolicy.Delete),
        maxPercent,
        credentials(spec.credentials()),
        Boolean.TRUE.equals(spec.connectionSecrets()));
  }

  /**
   * The {@link #staleAfter} of any spec, as far as it can be read: also the mirrors of one that
   * cannot work are confirmed by nothing.
   */
  static Duration staleAfter(@Nullable SessionClusterSourceSpec spec, Duration minimumInterval) {
    try {
      if (spec != null && spec.staleAfter() != null) {
        return staleAfter(spec.staleAfter(), DEFAULT_INTERVAL);
      }
      String text = spec == null ? null : spec.interval();
      Duration interval = duration("interval", text, DEFAULT_INTERVAL, LONGEST_INTERVAL);
      return staleAfter((String) null, Collections.max(List.of(interval, minimumInterval)));
    } catch (InvalidSpecException e) {
      return SHORTEST_DEFAULT_STALE_AFTER;
    }
  }

  private static Duration staleAfter(@Nullable String text, Duration interval)
      throws InvalidSpecException {
    Duration defaultValue =
        Collections.max(List.of(SHORTEST_DEFAULT_STALE_AFTER, interval.multipliedBy(3)));
    boolean never = text != null && GoDuration.parse(text).map(Duration::isZero).orElse(false);
    return never ? Duration.ZERO : duration("staleAfter", text, defaultValue, LONGEST_STALE_AFTER);
  }

  /** What whoever wrote the spec should know though all is well; empty if nothing. */
  String note() {
    return belowMinimum
        ? " spec.interval is below the operator's minimum; polling every "
            + GoDuration.format(intervals.interval())
            + "."
        : "";
  }

  /**
   * The sessions of a listing that this source wants. One that comes without a name may match or
   * not: its mirror stays if there is one, and none is made.
   *
   * @param isMirrored whether this source has a mirror of a session
   */
  List<CloudSession> select(List<CloudSession> sessions, Predicate<CloudSession> isMirrored) {
    if (nameRegex == null) {
      return sessions;
    }
    return sessions.stream()
        .filter(s -> matches(s) || (!hasName(s) && isMirrored.test(s)))
        .toList();
  }

  /** Whether nothing that the session says speaks against it: what is missing says nothing. */
  public boolean mayWant(CloudSession session) {
    return matches(session) || !hasName(session);
  }

  private boolean matches(CloudSession session) {
    return nameRegex == null
        || (session.name() != null && nameRegex.matcher(session.name()).find());
  }

  private static boolean hasName(CloudSession session) {
    return session.name() != null && !session.name().isBlank();
  }

  private static URI endpoint(
      SessionClusterSourceSpec spec, RegionId region, EndpointPolicy endpoints)
      throws InvalidSpecException {
    String url = spec.endpoint();
    if (url == null) {
      boolean vpc = spec.network() == SessionClusterSourceSpec.Network.VPC;
      return vpc ? region.vpcEndpoint() : region.publicEndpoint();
    }
    return checked("endpoint: ", () -> endpoints.check(url, region));
  }

  /** What a field says, checked by the type that it becomes. */
  private static <T> T checked(String field, Supplier<T> read) throws InvalidSpecException {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidSpecException("spec." + field + e.getMessage());
    }
  }

  private static @Nullable Pattern nameRegex(@Nullable String regex) throws InvalidSpecException {
    try {
      return regex == null ? null : Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new InvalidSpecException("spec.filter.nameRegex: " + e.getDescription());
    }
  }

  private static Duration duration(
      String field, @Nullable String text, Duration defaultValue, Duration longest)
      throws InvalidSpecException {
    if (text == null) {
      return defaultValue;
    }
    Duration duration =
        GoDuration.parse(text)
            .orElseThrow(
                () ->
                    new InvalidSpecException(
                        "spec." + field + " is not a duration such as 30s, 5m or 1h"));
    if (duration.compareTo(OperatorSettings.SHORTEST_INTERVAL) < 0
        || duration.compareTo(longest) > 0) {
      throw new InvalidSpecException(
          "spec." + field + " must be between 1s and " + longest.toHours() + "h");
    }
    return duration;
  }

  private static CredentialsRef credentials(@Nullable CredentialsSpec spec)
      throws InvalidSpecException {
    return spec == null
        ? new CredentialsRef(null, null)
        : new CredentialsRef(secretName(spec.secretRef()), role(spec.assumeRole()));
  }

  private static @Nullable String secretName(@Nullable SecretRef secret)
      throws InvalidSpecException {
    if (secret == null) {
      return null;
    }
    String name = secret.name();
    if (name == null || name.isEmpty()) {
      throw new InvalidSpecException("spec.credentials.secretRef.name is empty");
    }
    // It becomes a part of a path: one with a slash could lead into another namespace.
    if (!MirrorName.isSubdomain(name)) {
      throw new InvalidSpecException("spec.credentials.secretRef.name is not a valid Secret name");
    }
    return name;
  }

  private static @Nullable AssumedRole role(@Nullable AssumeRole role) throws InvalidSpecException {
    return role == null
        ? null
        : checked(
            "credentials.assumeRole.",
            () ->
                new AssumedRole(Objects.requireNonNullElse(role.roleArn(), ""), role.externalId()));
  }
}
