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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.support.RecordCopy;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionFingerprintTest {

  static Stream<Arguments> everyPlaceThatIsMapped() {
    Map<String, CloudSession> copies = RecordCopy.eachPlaceChanged(Sessions.documented());
    copies.keySet().removeIf(p -> p.startsWith("workspaceId"));
    return copies.entrySet().stream().map(c -> Arguments.of(c.getKey(), c.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyPlaceThatIsMapped")
  void everyFieldThatIsMappedCounts(String place, CloudSession changed) {
    assertThat(fingerprint(changed)).as(place).isNotEqualTo(fingerprint(Sessions.documented()));
  }

  @Test
  void whatIsNotMappedDoesNotCount() {
    CloudSession session = Sessions.documented();

    assertThat(fingerprint(Sessions.with(session, "workspaceId", "w-other")))
        .isEqualTo(fingerprint(session));
    assertThat(
            fingerprint(
                Sessions.with(session, "startTime", Instant.parse("2024-11-22T09:26:39.999Z"))))
        .as("fractions of seconds")
        .isEqualTo(fingerprint(session));
  }

  /** The token is shown nowhere, but it decides what else is hidden. */
  @Test
  void aTokenThatHidesSomethingElseIsSeen() {
    CloudSession session = Sessions.with(Sessions.documented(), "extra", "{\"id\": \"rotated\"}");
    CloudSession rotated = Sessions.with(session, "connectionToken", new SecretValue("rotated"));

    assertThat(SessionMapping.status(rotated)).isNotEqualTo(SessionMapping.status(session));
    assertThat(fingerprint(rotated)).isNotEqualTo(fingerprint(session));
  }

  @Test
  void whetherThereIsAConnectionSecretCounts() {
    CloudSession session = Sessions.documented();

    assertThat(new Digest.Builder().fingerprint(session, true)).isNotEqualTo(fingerprint(session));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void sessionsWithTheSameFingerprintHaveTheSameStatus(long seed) {
    Random random = new Random(seed);
    Map<Digest, SessionClusterStatus> known = new HashMap<>();
    int met = 0;
    CloudSession session = Sessions.random(random);
    for (int i = 0; i < 5_000; i++) {
      session = random.nextInt(3) == 0 ? again(session) : Sessions.random(random);
      SessionClusterStatus status = SessionMapping.status(session);
      SessionClusterStatus before = known.putIfAbsent(fingerprint(session), status);
      if (before != null) {
        met++;
        assertThat(status).as("seed=%d round=%d", seed, i).isEqualTo(before);
      }
    }
    assertThat(met).as("sessions that met, seed=%d", seed).isGreaterThan(1_000);
  }

  /** The session as another listing shows it: with what is not mapped. */
  private static CloudSession again(CloudSession session) {
    return Sessions.with(session, "workspaceId", "w-another");
  }

  private static Digest fingerprint(CloudSession session) {
    return new Digest.Builder().fingerprint(session, false);
  }
}
