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
package io.sessionclusters.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import java.util.List;

/**
 * What {@code kubectl wait}-like tools (Flux, Argo, kpt) make of an object of a kind that they do
 * not know: the rules of sigs.k8s.io/cli-utils/pkg/kstatus, written down again.
 */
enum Kstatus {
  IN_PROGRESS,
  FAILED,
  CURRENT;

  /**
   * The verdict.
   *
   * @param generation of the object
   */
  static Kstatus of(long generation, SessionClusterSourceStatus status) {
    if (status.observedGeneration() != null && status.observedGeneration() != generation) {
      return IN_PROGRESS;
    }
    if (isTrue(status, "Reconciling")) {
      return IN_PROGRESS;
    }
    if (isTrue(status, "Stalled")) {
      return FAILED;
    }
    boolean hasReady = conditions(status).stream().anyMatch(c -> c.getType().equals("Ready"));
    return !hasReady || isTrue(status, "Ready") ? CURRENT : IN_PROGRESS;
  }

  static boolean isTrue(SessionClusterSourceStatus status, String type) {
    return conditions(status).stream()
        .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
  }

  private static List<Condition> conditions(SessionClusterSourceStatus status) {
    return status.conditions() == null ? List.of() : status.conditions();
  }
}
