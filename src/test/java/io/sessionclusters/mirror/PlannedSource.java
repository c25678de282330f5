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

import static io.sessionclusters.cloud.emr.Sessions.running;

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One source whose listings are planned and done one after the other. */
abstract class PlannedSource {

  final OneSource source = new OneSource();
  final TinyApiServer api = source.api;

  static CloudSession startless(String id) {
    return Sessions.with(running(id), "startTime", null);
  }

  List<String> transitions(String name) {
    return conditions(name).map(Condition::getLastTransitionTime).toList();
  }

  List<String> reasons(String name) {
    return conditions(name).map(c -> c.getStatus() + " " + c.getReason()).toList();
  }

  Stream<Condition> conditions(String name) {
    return Objects.requireNonNull(api.get(name).getStatus().conditions()).stream();
  }

  static Condition conditionOf(SessionCluster object, int i) {
    return Objects.requireNonNull(object.getStatus().conditions()).get(i);
  }

  static List<CloudSession> sessions(int first, int end) {
    return IntStream.range(first, end).mapToObj(i -> running("sc-" + i)).toList();
  }
}
