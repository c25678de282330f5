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

import java.util.List;

/**
 * What came of the writes of one plan.
 *
 * @param done in no order
 * @param refusals by mirror name
 * @param pruned number of mirrors that the API server did not store as they were sent
 * @param dropped whether the rest of the plan was dropped: the source changed, or the listing grew
 *     old
 */
record WriteReport(List<MirrorWrite> done, List<Refusal> refusals, int pruned, boolean dropped) {

  /**
   * A write that Kubernetes did not take.
   *
   * @param reason {@link Reason#WRITE_DENIED} or {@link Reason#WRITE_FAILED}
   * @param name of the mirror
   * @param message of the API server
   */
  record Refusal(Reason reason, String name, String message) {}
}
