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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LastAppliedTest {

  private final CloudSession session = Sessions.running("sc-1");
  private final SessionCluster object = Mirrors.of(session, "5");
  private final LastApplied written = Mirrors.written(session, object);

  @Test
  void matchesWhatWasWritten() {
    assertThat(written.matches(Mirrors.seen(object))).isTrue();
    assertThat(written.lacksFields()).isFalse();
  }

  @Test
  void anotherContentIsNoMatch() {
    assertThat(written.matches(Mirrors.seen(Mirrors.later(object, "6", Mirrors::scribble))))
        .isFalse();
  }

  @Test
  void anotherTransitionTimeIsNoMatch() {
    for (int i = 0; i < 2; i++) {
      int condition = i;
      SessionCluster edited =
          Mirrors.later(
              object,
              "6",
              o -> conditionOf(o, condition).setLastTransitionTime("2020-01-01T00:00:00Z"));

      assertThat(written.matches(Mirrors.seen(edited))).as("condition %d", i).isFalse();
    }
  }

  private static Condition conditionOf(SessionCluster object, int i) {
    return Objects.requireNonNull(object.getStatus().conditions()).get(i);
  }
}
