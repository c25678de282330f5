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
package io.sessionclusters.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mapping.SessionMapping;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The Secrets of sessions that offer a connection. */
class ConnectionSecretsTest extends ServedSecrets {

  @Test
  void theSecretIsWrittenOnceItsOwnerIsThereAndBeforeTheStatusNamesIt() throws Exception {
    listed(thrift("sc-1"));

    assertThat(source.server.requests())
        .containsExactly(
            "create sessionclusters",
            "get secrets sc-1-connection",
            "create secrets",
            "update sessionclusters sc-1/status");
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(token("sc-1")).isEqualTo("token-of-sc-1");
    assertThat(secret("sc-1").getMetadata().getOwnerReferences())
        .extracting(owner -> owner.getKind() + " " + owner.getUid())
        .containsExactly("SessionCluster " + source.get("sc-1").getMetadata().getUid());
    assertThat(report)
        .isEqualTo(
            new ConnectionReport(
                false, WriteResult.ofDone(List.of("sc-1-connection")), List.of(), 0));
  }

  @Test
  void onlyThriftSessionsHaveOne() throws Exception {
    listed(Sessions.running("sc-sql"));

    assertThat(source.requests("secrets")).isEmpty();
    assertThat(source.reference("sc-sql")).isNull();
  }

  @Test
  void whatIsKeptIsNotLookedAtAgain() throws Exception {
    kept("sc-1");

    assertThat(requests(thrift("sc-1"))).isEmpty();
    assertThat(requests(with(thrift("sc-1"), "name", "renamed"))).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
    assertThat(written.done()).hasSize(1);
  }

  @Test
  void aTokenThatRotatesIsWrittenAndTheMirrorIsNot() throws Exception {
    kept("sc-1", "sc-2");
    String mirror = source.get("sc-1").getMetadata().getResourceVersion();

    assertThat(requests(rotated("sc-1"), thrift("sc-2"))).containsExactly(GET, UPDATE);

    assertThat(token("sc-1")).isEqualTo("rotated");
    assertThat(source.get("sc-1").getMetadata().getResourceVersion()).isEqualTo(mirror);
    assertThat(written.done()).isEmpty();
    assertThat(requests(rotated("sc-1"), with(thrift("sc-2"), "domainInner", "other")))
        .containsExactly("get sc-2-connection", "update sc-2-connection");
  }

  @Test
  void eachIsLookedAtOnceInAPeriodAndTheyAreSpread() throws Exception {
    CloudSession[] sessions =
        IntStream.range(0, 500).mapToObj(i -> thrift("sc-" + i)).toArray(CloudSession[]::new);
    listed(sessions);
    source.server.requests();

    Set<String> lookedAt = new HashSet<>();
    for (int minute = 1; minute <= 50; minute++) {
      source.pass(Duration.ofMinutes(1));
      List<String> requests = requests(sessions);
      assertThat(requests).as("minute %d", minute).hasSizeBetween(1, 60);
      assertThat(requests).allMatch(request -> request.startsWith("get"));
      assertThat(requests).allMatch(lookedAt::add);
    }
    assertThat(lookedAt).hasSize(500);
  }

  @Test
  void driftIsRepairedWithinThePeriod() throws Exception {
    kept("sc-1", "sc-2", "sc-3");
    edit("sc-1", s -> s.getData().put("token", "ZXZpbA=="));
    edit("sc-1", s -> s.getMetadata().setAnnotations(Map.of("example.org/a", "b")));
    edit("sc-2", s -> s.setImmutable(true));
    source.server.delete(secret("sc-3"));

    source.pass(PERIOD);
    assertThat(requests(thrift("sc-1"), thrift("sc-2"), thrift("sc-3")))
        .containsExactlyInAnyOrder(
            GET,
            UPDATE,
            "get sc-2-connection",
            "delete sc-2-connection",
            "create",
            "get sc-3-connection",
            "create");

    assertThat(token("sc-1")).isEqualTo("token-of-sc-1");
    assertThat(secret("sc-1").getMetadata().getAnnotations()).containsEntry("example.org/a", "b");
    assertThat(secret("sc-2").getImmutable()).isNull();
    assertThat(token("sc-3")).isEqualTo("token-of-sc-3");
    assertThat(written.done()).isEmpty();
  }

  @Test
  void aReferenceThatSomebodyRemovedComesBack() throws Exception {
    kept("sc-1");
    source.server.edit(
        source.get("sc-1"),
        o -> o.setStatus(SessionMapping.withConnectionSecret(o.getStatus(), null)));
    source.watch();

    assertThat(requests(thrift("sc-1"))).isEmpty();
    assertThat(source.reference("sc-1")).isEqualTo("sc-1-connection");
  }

  @Test
  void afterARestartEachIsLookedAt() throws Exception {
    kept("sc-1");
    source.restart();
    checks = new ConnectionChecks();

    assertThat(requests(thrift("sc-1"))).containsExactly(GET);
    assertThat(written.done()).isEmpty();
  }
}
