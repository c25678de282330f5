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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.source.SourcePoll.Listed;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory counts until a listing is released: none may be forgotten, however the listing ends. */
class SourceListerTest {

  private static final Listing REJECTED =
      new Listing.Failed(
          List.of(Sessions.running("sc-1")),
          new CloudError(
              CloudError.Kind.INVALID_CREDENTIALS,
              "InvalidAccessKeyId.NotFound",
              404,
              "",
              "",
              null));
  private static final Listing COMPLETE = new Listing.Complete(List.of(), 1);
  private static final Listing TORN =
      Listing.Cause.TOTAL_MOVED.tear(List.of(Sessions.running("sc-1")), 2, 0);

  private final Deque<Listing> script = new ArrayDeque<>();
  private final List<Listing> held = new ArrayList<>();
  private final List<Listing> seen = new ArrayList<>();
  private final Deque<CredentialsProvider.CredentialsResult> keys = new ArrayDeque<>();
  private final KubernetesClient unused = new KubernetesClientBuilder().build();
  private final SourceLister lister =
      new SourceLister(
          new CredentialsReader(unused, keys::removeFirst, Set.of("*")),
          new ListingConcurrencyLimiter(1, _ -> {}),
          new Scripted(),
          new PollMetrics() {},
          Clock.systemUTC());

  /** Holds memory for each listing that it gave. */
  private final class Scripted implements SessionClusterLister {

    @Override
    public Listing list(ListQuery query, Credentials credentials, Duration timeout) {
      Listing listing = script.removeFirst();
      held.add(listing);
      return listing;
    }

    @Override
    public void release(Listing listing) {
      assertThat(held.remove(listing)).isTrue();
    }
  }

  @AfterEach
  void close() {
    unused.close();
  }

  private static CredentialsProvider.CredentialsResult key(String id) {
    return new CredentialsProvider.CredentialsResult.Found(
        new Credentials(id, new SecretValue("secret"), null), null);
  }

  private Listed list() throws PollEndedException, InterruptedException {
    return lister.list(Polls.of(Polls.source(), () -> true), seen::add);
  }

  @Test
  void aListingIsHeldUntilItIsClosed() throws Exception {
    keys.add(key("one"));
    script.add(COMPLETE);

    Listed listed = list();

    assertThat(held).containsExactly(COMPLETE);
    listed.close();
    assertThat(held).isEmpty();
  }

  @Test
  void aTornListingIsRepeatedOnceAndReleased() throws Exception {
    keys.add(key("one"));
    script.addAll(List.of(TORN, COMPLETE));

    Listed listed = list();

    assertThat(listed.listing()).isSameAs(COMPLETE);
    assertThat(held).containsExactly(COMPLETE);
    assertThat(seen).containsExactly(TORN, COMPLETE);
  }

  @Test
  void aRenewedKeyIsTriedInTheSamePoll() throws Exception {
    keys.addAll(List.of(key("one"), key("two")));
    script.addAll(List.of(REJECTED, COMPLETE));

    assertThat(list().listing()).isSameAs(COMPLETE);
    assertThat(held).containsExactly(COMPLETE);
    assertThat(seen).containsExactly(REJECTED, COMPLETE);
  }

  @Test
  void aListingThatFailedIsReleased() {
    keys.addAll(List.of(key("one"), key("one")));
    script.add(REJECTED);

    assertThatThrownBy(this::list).isInstanceOf(PollEndedException.class);
    assertThat(held).isEmpty();
  }

  @Test
  void aListingThatFailedIsReleasedAlsoWhereNoOtherKeyIsFound() {
    keys.addAll(
        List.of(key("one"), new CredentialsProvider.CredentialsResult.None("there is none")));
    script.add(REJECTED);

    assertThatThrownBy(this::list).isInstanceOf(PollEndedException.class);
    assertThat(keys).isEmpty();
    assertThat(held).isEmpty();
  }
}
