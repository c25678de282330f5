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

import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store of one informer: it keeps what the {@link MirrorStore} keeps and makes an object of it
 * on demand, with its metadata and spec but without its status.
 *
 * <p>Each informer needs one of its own, because it removes what its own list does not show.
 */
public final class MirrorItemStore implements ItemStore<SessionCluster> {

  private final MirrorStore mirrors;
  private final @Nullable String namespace;

  /**
   * A view of the store.
   *
   * @param namespace that the informer watches; null for all
   */
  public MirrorItemStore(MirrorStore mirrors, @Nullable String namespace) {
    this.mirrors = mirrors;
    this.namespace = namespace;
  }

  @Override
  public String getKey(SessionCluster object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public @Nullable SessionCluster put(String key, SessionCluster object) {
    return materialize(mirrors.see(object));
  }

  @Override
  public @Nullable SessionCluster remove(String key) {
    return materialize(mirrors.deleted(namespaceOf(key), nameOf(key)));
  }

  @Override
  public Stream<String> keySet() {
    return mirrors.all(namespace).map(m -> Cache.namespaceKeyFunc(m.namespace(), m.name()));
  }

  @Override
  public Stream<SessionCluster> values() {
    return mirrors.all(namespace).map(Mirror::toObject);
  }

  @Override
  public int size() {
    return (int) mirrors.all(namespace).count();
  }

  @Override
  public @Nullable SessionCluster get(String key) {
    return materialize(mirrors.get(namespaceOf(key), nameOf(key)).mirror());
  }

  private static String namespaceOf(String key) {
    return key.substring(0, key.indexOf('/'));
  }

  private static String nameOf(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  private static @Nullable SessionCluster materialize(@Nullable Mirror mirror) {
    return mirror == null ? null : mirror.toObject();
  }
}
