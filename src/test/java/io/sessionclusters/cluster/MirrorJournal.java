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
package io.sessionclusters.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What became of the mirrors of a namespace, whoever did it and however briefly it lasted. */
final class MirrorJournal implements ResourceEventHandler<SessionCluster>, AutoCloseable {

  private final Map<String, String> states = new ConcurrentSkipListMap<>();
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final SharedIndexInformer<SessionCluster> informer;

  MirrorJournal(KubernetesClient client, String namespace) {
    informer = client.resources(SessionCluster.class).inNamespace(namespace).inform(this);
  }

  /** The states of the mirrors that are there, by name. */
  Map<String, String> states() {
    return Map.copyOf(states);
  }

  /** What happened since it was asked last: {@code sc-1 Running}, {@code sc-2 deleted}. */
  List<String> changes() {
    List<String> seen = List.copyOf(changes);
    changes.subList(0, seen.size()).clear();
    return seen;
  }

  @Override
  public void onAdd(SessionCluster mirror) {
    note(mirror);
  }

  @Override
  public void onUpdate(SessionCluster before, SessionCluster mirror) {
    note(mirror);
  }

  @Override
  public void onDelete(SessionCluster mirror, boolean finalStateUnknown) {
    states.remove(mirror.getMetadata().getName());
    changes.add(mirror.getMetadata().getName() + " deleted");
  }

  /** Its creation, which comes before its status, is nothing yet. */
  private void note(SessionCluster mirror) {
    if (mirror.getStatus() != null) {
      String name = mirror.getMetadata().getName();
      String state = Objects.requireNonNullElse(mirror.getStatus().state(), "");
      states.put(name, state);
      changes.add(name + " " + state);
    }
  }

  @Override
  public void close() {
    informer.close();
  }
}
