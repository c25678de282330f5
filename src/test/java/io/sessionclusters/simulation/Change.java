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
package io.sessionclusters.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One version of an object that the API server stored, or its end.
 *
 * @param at virtual time since the start
 * @param wall the same moment by the wall clock of then
 * @param by who did it: {@code operator/<process>}, {@code gc}, {@code restore}, or a person's name
 * @param verb {@code create}, {@code update}, {@code status}, {@code delete}, {@code restore}
 * @param before null for a creation; must not be changed
 * @param after null where the object was removed; must not be changed
 */
record Change(
    Duration at,
    java.time.Instant wall,
    String by,
    String verb,
    Kind kind,
    String namespace,
    String name,
    String uid,
    @Nullable ObjectNode before,
    @Nullable ObjectNode after) {

  boolean byOperator() {
    return by.startsWith(SimProcess.ACTOR);
  }

  @Override
  public String toString() {
    return "%s: %s %s %s/%s".formatted(by, verb, kind, namespace, name);
  }
}
