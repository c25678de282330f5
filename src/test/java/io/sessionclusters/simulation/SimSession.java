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

import org.jspecify.annotations.Nullable;

/**
 * A session cluster as the simulated cloud has it between two changes.
 *
 * @param id never changes
 * @param name null where the cloud has none
 * @param state in the documented spelling
 * @param gmtCreate epoch milliseconds
 * @param startTime epoch milliseconds; null before the first start
 * @param revision moves with each change that has no field of its own here
 * @param order the later it was made or came back, the higher
 * @param changedAt virtual nanoseconds of the last change
 */
record SimSession(
    String id,
    String name,
    String kind,
    String queueName,
    String state,
    long gmtCreate,
    @Nullable Long startTime,
    int revision,
    long order,
    long changedAt) {

  SimSession withState(String other, @Nullable Long started) {
    return new SimSession(
        id, name, kind, queueName, other, gmtCreate, started, revision, order, changedAt);
  }

  SimSession withName(String other) {
    return new SimSession(
        id, other, kind, queueName, state, gmtCreate, startTime, revision, order, changedAt);
  }

  SimSession withQueue(String other) {
    return new SimSession(
        id, name, kind, other, state, gmtCreate, startTime, revision, order, changedAt);
  }

  SimSession revised() {
    return new SimSession(
        id, name, kind, queueName, state, gmtCreate, startTime, revision + 1, order, changedAt);
  }

  SimSession at(long newOrder, long nanos) {
    return new SimSession(
        id, name, kind, queueName, state, gmtCreate, startTime, revision, newOrder, nanos);
  }

  /** The bearer secret of a Thrift session, unmistakable wherever it is found. */
  @Nullable String connectionToken() {
    return kind.equals("THRIFT") ? Marks.SECRET + "-conn-" + id : null;
  }
}
