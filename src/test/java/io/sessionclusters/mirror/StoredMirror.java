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

import static io.sessionclusters.mirror.Mirrors.NAMESPACE;
import static io.sessionclusters.mirror.Mirrors.later;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.time.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One mirror in a store: as the operator writes it, and as the informer shows it. */
abstract class StoredMirror {

  static final String NAME = "sc-1";

  final TestClock clock = new TestClock(Instant.parse("2026-11-25T12:00:00Z"));
  final List<ResourceID> drifts = new ArrayList<>();
  final MirrorStore store = new MirrorStore(drifts::add, clock);
  final CloudSession session = Sessions.running(NAME);

  /** As the operator writes it: made at version 1, its status put at version 2. */
  final SessionCluster created = later(Mirrors.of(session, "1"), "1", o -> o.setStatus(null));

  final SessionCluster right = Mirrors.of(session, "2");

  /** The operator creates it, and has the answers; the events are on their way. */
  void write(SessionCluster object) {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(object, true);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, object));
  }

  /** The operator changes it, and has the answer. */
  void own(SessionCluster object) {
    store.beginWrite(NAMESPACE, NAME);
    store.answered(object, false);
    store.endWrite(NAMESPACE, NAME, Mirrors.written(session, object));
  }

  @Nullable String version() {
    Mirror mirror = store.get(NAMESPACE, NAME).mirror();
    return mirror == null ? null : mirror.resourceVersion();
  }

  static List<String> names(List<Mirror> mirrors) {
    return mirrors.stream().map(Mirror::name).toList();
  }
}
