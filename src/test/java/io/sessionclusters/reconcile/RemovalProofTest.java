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
package io.sessionclusters.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.Filter;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.cloud.Sessions;
import io.sessionclusters.reconcile.RemovalProof.Proven;
import io.sessionclusters.reconcile.SourceQuery.InvalidSpecException;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RemovalProofTest {

  private static final Credentials KEY = new Credentials("id", new SecretValue("secret"), null);
  private static final CloudSession SHOWN = Sessions.running("sc-1");

  private final List<ListQuery> asked = new ArrayList<>();
  private Listing answer = new Listing.Complete(List.of(), 1);
  private SessionClusterSourceSpec spec = Specs.minimal();
  private Absences absences = Absences.NONE;
  private boolean habit;

  @Test
  void aRemovalGoesOnIfTheCloudDoesNotKnowTheSession() throws InterruptedException {
    MirrorWrite removal = removal("1");

    assertThat(prove(List.of(removal))).isEqualTo(new Proven(List.of(removal), 0));
    assertThat(asked).extracting(ListQuery::sessionClusterId).containsExactly("sc-1");
  }

  @Test
  void aSessionThatCannotBeAskedForIsGoneUnlessTheBackendCountsWrong() throws InterruptedException {
    Mirror mirror =
        RecordCopy.with(Mirrors.withUid("1"), "sessionClusterId", "sha256:" + "0".repeat(64));
    MirrorWrite removal = new MirrorWrite.Delete(mirror);

    assertThat(prove(List.of(removal))).isEqualTo(new Proven(List.of(removal), 0));
    habit = true;
    assertThat(prove(List.of(removal))).isEqualTo(new Proven(List.of(), 1));
    assertThat(asked).isEmpty();
  }

  @Test
  void aMarkIsProvenLikeARemoval() throws InterruptedException {
    answer = new Listing.Complete(List.of(SHOWN), 1);

    assertThat(prove(List.of(new MirrorWrite.MarkVanished(Mirrors.withUid("1")))))
        .isEqualTo(new Proven(List.of(), 1));
  }

  @Test
  void aSessionThatAnswersToItsIdKeepsItsMirror() throws InterruptedException {
    answer = new Listing.Complete(List.of(SHOWN), 1);
    assertThat(prove(List.of(removal("1")))).isEqualTo(new Proven(List.of(), 1));

    answer = new Listing.Torn(List.of(SHOWN), 1, Listing.Cause.OVERSTATED, "too few");
    assertThat(prove(List.of(removal("1")))).isEqualTo(new Proven(List.of(), 1));
  }

  @Test
  void anAnswerThatShowsAnotherSessionIsNoneOfThisOne() throws InterruptedException {
    answer = new Listing.Complete(List.of(Sessions.running("sc-2")), 1);

    assertThat(prove(List.of(removal("1"))).writes()).hasSize(1);
  }

  @Test
  void aSessionThatTheNameRegexNoLongerWantsIsGone() throws InterruptedException {
    spec = Specs.nameRegex("^nightly$");
    answer = new Listing.Complete(List.of(SHOWN), 1);

    assertThat(prove(List.of(removal("1"))).writes()).hasSize(1);
  }

  @Test
  void aTornAnswerProvesNothingUnlessItsCountAloneIsWrong() throws InterruptedException {
    answer = new Listing.Torn(List.of(), 1, Listing.Cause.TOTAL_MOVED, "torn");
    assertThat(prove(List.of(removal("1")))).isEqualTo(new Proven(List.of(), 1));

    answer = new Listing.Torn(List.of(), 1, Listing.Cause.OVERSTATED, "too few");
    assertThat(prove(List.of(removal("1"))).writes()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(CloudError.Kind.class)
  void noAnswerProvesNothingUnlessTheServiceRefusesSuchQueries(CloudError.Kind kind)
      throws InterruptedException {
    Set<CloudError.Kind> refusals =
        Set.of(
            CloudError.Kind.REQUEST_REJECTED,
            CloudError.Kind.EMPTY_CODE,
            CloudError.Kind.UNKNOWN_CODE);
    answer = new Listing.Failed(new CloudError(kind, "", 400, "", "", null));

    assertThat(prove(List.of(removal("1"))).writes()).hasSize(refusals.contains(kind) ? 1 : 0);
    habit = true;
    assertThat(prove(List.of(removal("1"))).writes()).isEmpty();
  }

  @Test
  void whatAPersonConfirmedIsNotAskedForUnlessTheCountsLie() throws InterruptedException {
    absences = new Absences(1, Map.of(), Set.of(), Set.of("1"));
    answer = new Listing.Complete(List.of(SHOWN), 1);

    assertThat(prove(List.of(removal("1"))).writes()).hasSize(1);
    assertThat(asked).isEmpty();

    habit = true;
    assertThat(prove(List.of(removal("1")))).isEqualTo(new Proven(List.of(), 1));
  }

  @Test
  void theMirrorOfAnotherFilterIsNoneOfTheSourcesOwn() throws InterruptedException {
    spec = Specs.with("filter", new Filter(null, null, "sc-other", null));

    assertThat(prove(List.of(removal("1"))).writes()).hasSize(1);
    assertThat(asked).isEmpty();
  }

  @Test
  void theQueryKeepsTheSourcesFilters() throws InterruptedException {
    spec = Specs.with("filter", new Filter("SQL", "dev", null, null));

    prove(List.of(removal("1")));

    assertThat(asked.getFirst().kind()).isEqualTo("SQL");
    assertThat(asked.getFirst().queueName()).isEqualTo("dev");
  }

  @Test
  void manyRemovalsAreAskedForOverSeveralPolls() throws InterruptedException {
    List<MirrorWrite> removals =
        IntStream.range(0, 120).mapToObj(i -> removal(Integer.toString(i))).toList();

    Proven proven = prove(removals);

    assertThat(asked).hasSize(50);
    assertThat(proven).isEqualTo(new Proven(removals.subList(0, 50), 70));
  }

  @Test
  void otherWritesPassUnasked() throws InterruptedException {
    MirrorWrite update = new MirrorWrite.Update(Mirrors.withUid("1"), null, true);

    assertThat(prove(List.of(update))).isEqualTo(new Proven(List.of(update), 0));
    assertThat(asked).isEmpty();
  }

  private Proven prove(List<MirrorWrite> writes) throws InterruptedException {
    SessionClusterLister cloud =
        (ListQuery query, Credentials credentials, Duration timeout) -> {
          asked.add(query);
          return answer;
        };
    try {
      SourceQuery query = SourceQuery.of(spec, EndpointPolicy.OWN_HOSTS_ONLY, Duration.ZERO);
      return new RemovalProof(cloud).prove(writes, absences, query, KEY, habit);
    } catch (InvalidSpecException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MirrorWrite removal(String uid) {
    return new MirrorWrite.Delete(Mirrors.withUid(uid));
  }
}
