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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.kubernetes.WriteResult;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Does the writes of a plan: all that a poll wants of Kubernetes. */
@FunctionalInterface
public interface MirrorWrites {

  /**
   * Does the writes, each on its own: one that fails does not stop the others.
   *
   * @param source and its uid become the owner of the mirrors
   * @param stillWanted asked before each write; the rest is dropped as soon as it says no
   * @throws InterruptedException if the calling thread is interrupted; writes under way still end
   */
  WriteResult<MirrorChange> write(
      ResourceID source, String uid, List<MirrorChange> writes, BooleanSupplier stillWanted)
      throws InterruptedException;
}
