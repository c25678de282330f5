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
package io.sessionclusters.prune;

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
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.prune.AbsenceVerifier.Verdict;
import io.sessionclusters.source.PollSpec;
import io.sessionclusters.source.PollSpec.InvalidSpecException;
import io.sessionclusters.source.Specs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbsenceVerifierTest {

  private static final Credentials KEY = new Credentials("id", new SecretValue("secret"), null);
  private static final CloudSession SHOWN = Sessions.running("sc-1");

  private final List<ListQuery> asked = new ArrayList<>();
  private Listing answer = new Listing.Complete(List.of(), 1);
  private SessionClusterSourceSpec spec = Specs.minimal();

  @Test
  void anExplicitEmptyListIsProof() throws Exception {
    assertThat(ask()).isEqualTo(Verdict.ABSENT);
    assertThat(asked).extracting(ListQuery::sessionClusterId).containsExactly("sc-1");
  }

  @Test
  void aSessionThatAnswersToItsIdKeepsItsMirror() throws Exception {
    answer = new Listing.Complete(List.of(SHOWN), 1);
    assertThat(ask()).isEqualTo(Verdict.SHOWN);

    answer = new Listing.Complete(List.of(Sessions.running("sc-2"), SHOWN), 1);
    assertThat(ask()).isEqualTo(Verdict.SHOWN);

    answer = new Listing.Torn(List.of(SHOWN), 1, Listing.Cause.OVERSTATED, "torn", 0);
    assertThat(ask()).isEqualTo(Verdict.SHOWN);

    answer =
        new Listing.Failed(
            List.of(SHOWN),
            new CloudError(CloudError.Kind.SERVICE_FAILED, "InternalError", 500, "", "", null));
    assertThat(ask()).isEqualTo(Verdict.SHOWN);
  }

  @Test
  void aListOfOtherSessionsIsNoAnswerToTheQuery() throws Exception {
    answer = new Listing.Complete(List.of(Sessions.running("sc-2")), 1);

    assertThat(ask()).isEqualTo(Verdict.NOT_PROVEN);
  }

  @Test
  void aSessionWithANameThatTheSourceDoesNotWantIsGone() throws Exception {
    spec = Specs.nameRegex("^nightly$");
    answer = new Listing.Complete(List.of(Sessions.with(SHOWN, "name", "daily")), 1);

    assertThat(ask()).isEqualTo(Verdict.ABSENT);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void aSessionWithoutANameMayBeWanted(@Nullable String name) throws Exception {
    spec = Specs.nameRegex("^nightly$");
    answer = new Listing.Complete(List.of(Sessions.with(SHOWN, "name", name)), 1);

    assertThat(ask()).isEqualTo(Verdict.SHOWN);
  }

  @ParameterizedTest
  @EnumSource(Listing.Cause.class)
  void aTornAnswerProvesNothing(Listing.Cause cause) throws Exception {
    answer = new Listing.Torn(List.of(), 1, cause, "torn", 0);
    assertThat(ask()).isEqualTo(Verdict.NOT_PROVEN);

    spec = Specs.nameRegex("^nightly$");
    answer = new Listing.Torn(List.of(Sessions.with(SHOWN, "name", "daily")), 1, cause, "torn", 0);
    assertThat(ask()).isEqualTo(Verdict.NOT_PROVEN);
  }

  @ParameterizedTest
  @EnumSource(CloudError.Kind.class)
  void noFailureProvesAnything(CloudError.Kind kind) throws Exception {
    for (int status : new int[] {0, 200, 302, 400, 404, 500}) {
      for (String code : new String[] {"", "Foo.Bar"}) {
        answer = new Listing.Failed(new CloudError(kind, code, status, "", "", null));
        assertThat(ask()).as("%s %d %s", kind, status, code).isNotEqualTo(Verdict.ABSENT);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST_REJECTED, InvalidParameter, 400, REFUSED",
    "REQUEST_REJECTED, OperationDenied, 403, REFUSED",
    "REQUEST_REJECTED, '', 302, NOT_PROVEN",
    "REQUEST_REJECTED, InvalidParameter, 307, NOT_PROVEN",
    "EMPTY_CODE, '', 404, NOT_PROVEN",
    "UNKNOWN_CODE, Foo.Bar, 400, NOT_PROVEN",
    "THROTTLED, Throttling, 400, NO_ANSWER",
    "SERVICE_FAILED, InternalError, 500, NO_ANSWER",
    "PERMISSION_DENIED, NoPermission, 403, NO_ANSWER",
    "CONNECTION_LOST, '', 0, NO_ANSWER",
  })
  void onlyAKnownCodeRefusesSuchQueries(
      CloudError.Kind kind, String code, int status, Verdict expected) throws Exception {
    answer = new Listing.Failed(new CloudError(kind, code, status, "", "", null));

    assertThat(ask()).isEqualTo(expected);
  }

  @Test
  void theQueryKeepsTheSourcesFilters() throws Exception {
    spec = Specs.with("filter", new Filter("SQL", "dev", null, null));

    ask();

    assertThat(asked.getFirst().kind()).isEqualTo("SQL");
    assertThat(asked.getFirst().queueName()).isEqualTo("dev");
  }

  private Verdict ask() throws InterruptedException, InvalidSpecException {
    SessionClusterLister cloud =
        (ListQuery query, Credentials credentials, Duration timeout) -> {
          asked.add(query);
          return answer;
        };
    return new AbsenceVerifier(cloud)
        .ask("sc-1", query().listing(), query()::mayWant, KEY, Duration.ofSeconds(1));
  }

  private PollSpec query() throws InvalidSpecException {
    return PollSpec.of(spec, new EndpointPolicy(Set.of()), Duration.ZERO);
  }
}
