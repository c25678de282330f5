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

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.source.ListingConcurrencyLimiter.Priority;
import io.sessionclusters.source.PollSpec.InvalidSpecException;
import io.sessionclusters.source.SourcePoll.Listed;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Polls of a minimal source, for tests. */
final class Polls {

  static final Credentials KEY = new Credentials("id", new SecretValue("secret"), null);

  private Polls() {}

  /** A source with the minimal spec. */
  static SessionClusterSource source() {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(Mirrors.SOURCE.getNamespace().orElseThrow())
            .withName(Mirrors.SOURCE.getName())
            .withUid(Mirrors.SOURCE_UID)
            .withGeneration(1L)
            .withResourceVersion("1")
            .build());
    source.setSpec(Specs.minimal());
    return source;
  }

  /**
   * A poll of that source.
   *
   * @param current whether the source is still the one that is polled
   */
  static SourcePoll of(SessionClusterSource source, BooleanSupplier current) {
    try {
      return new SourcePoll(
          source,
          PollSpec.of(source.getSpec(), new EndpointPolicy(Set.of()), Duration.ZERO),
          new SourceState(source.getMetadata().getUid()),
          new Priority(false, Instant.EPOCH),
          false,
          current);
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Its listing, which took no time. */
  static Listed listed(SourcePoll poll, Listing listing, Instant when) {
    return new Listed(
        poll, KEY, listing, new ListingWindow(when, when), (query, key, timeout) -> listing);
  }
}
