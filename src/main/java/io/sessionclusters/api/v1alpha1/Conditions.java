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
package io.sessionclusters.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up conditions, which a status lists by type; what others wrote may hold anything. */
public final class Conditions {

  private Conditions() {}

  /** The condition of a type; null if there is none. */
  public static @Nullable Condition find(@Nullable List<Condition> conditions, String type) {
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (condition != null && type.equals(condition.getType())) {
          return condition;
        }
      }
    }
    return null;
  }
}
