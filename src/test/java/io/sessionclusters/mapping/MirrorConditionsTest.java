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

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus.StateChangeReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorConditionsTest {

  @Test
  void syncedSaysThatThisIsWhatTheCloudSaid() {
    Condition synced = MirrorConditions.synced();

    assertThat(synced.getType()).isEqualTo("Synced");
    assertThat(synced.getStatus()).isEqualTo("True");
    assertThat(synced.getReason()).isEqualTo("Listed");
    assertThat(synced.getMessage()).isNotEmpty();
    assertThat(synced.getObservedGeneration()).isEqualTo(1);
    assertThat(synced.getLastTransitionTime()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Running, True",
    "Starting, False",
    "Stopping, False",
    "Stopped, False",
    "Error, False",
    "NotStarted, False",
    "Hibernating, False"
  })
  void runningHasTheStateAsItsReason(String state, String status) {
    Condition running = MirrorConditions.running(state, new StateChangeReason("200", "ok"));

    assertThat(running.getType()).isEqualTo("Running");
    assertThat(running.getStatus()).isEqualTo(status);
    assertThat(running.getReason()).isEqualTo(state);
    assertThat(running.getMessage()).isEqualTo("ok");
    assertThat(running.getObservedGeneration()).isEqualTo(1);
  }

  @Test
  void aSessionWithoutAStateMayRunOrNot() {
    Condition running = MirrorConditions.running(null, null);

    assertThat(running.getStatus()).isEqualTo("Unknown");
    assertThat(running.getReason()).isEqualTo("StateUnknown");
  }

  @Test
  void withoutAReasonOfTheCloudTheMessageIsEmpty() {
    assertThat(MirrorConditions.running("Running", null).getMessage()).isEmpty();
    assertThat(MirrorConditions.running("Running", new StateChangeReason("200", null)).getMessage())
        .isEmpty();
  }

  /** The form that metav1.Condition requires of a reason, which no state is bound to have. */
  @ParameterizedTest
  @ValueSource(strings = {"two words", "", "1st", "a-b", "Größer", "x,", "Running\n"})
  void aStateThatCannotBeAReasonIsNone(String state) {
    Condition running = MirrorConditions.running(state, null);

    assertThat(running.getStatus()).isEqualTo("False");
    assertThat(running.getReason()).isEqualTo("StateUnknown");
  }

  @Test
  void aReasonIsNotEndlessEither() {
    assertThat(MirrorConditions.running("x".repeat(256), null).getReason()).hasSize(256);
    assertThat(MirrorConditions.running("x".repeat(257), null).getReason())
        .isEqualTo("StateUnknown");
  }
}
