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

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionCluster;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MirrorItemStoreTest {

  private final MirrorStore mirrors = new MirrorStore(source -> {}, Clock.systemUTC());
  private final MirrorItemStore all = new MirrorItemStore(mirrors, null);
  private final MirrorItemStore ofNamespace = new MirrorItemStore(mirrors, Mirrors.NAMESPACE);
  private final SessionCluster object = Mirrors.running("sc-1", "7");

  @Test
  void givesBackAnObjectWithItsIdentityAndWithoutItsStatus() {
    String key = all.getKey(object);
    assertThat(key).isEqualTo("team-a/sc-1");
    assertThat(all.get(key)).isNull();
    assertThat(all.put(key, object)).isNull();

    SessionCluster item = Objects.requireNonNull(all.get(key));

    assertThat(item.getMetadata().getNamespace()).isEqualTo("team-a");
    assertThat(item.getMetadata().getName()).isEqualTo("sc-1");
    assertThat(item.getMetadata().getUid()).isEqualTo("uid-of-sc-1");
    assertThat(item.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(item.getSpec()).isEqualTo(object.getSpec());
    assertThat(item.getStatus()).isNull();
  }

  @Test
  void putAndRemoveGiveBackWhatWasThereBefore() {
    String key = all.getKey(object);
    all.put(key, object);

    SessionCluster before = all.put(key, Mirrors.later(object, "8", o -> {}));
    SessionCluster removed = all.remove(key);

    assertThat(Objects.requireNonNull(before).getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(Objects.requireNonNull(removed).getMetadata().getResourceVersion()).isEqualTo("8");
    assertThat(all.remove(key)).isNull();
  }

  @Test
  void anInformerOfOneNamespaceSeesOnlyThat() {
    SessionCluster elsewhere =
        Mirrors.later(object, "9", o -> o.getMetadata().setNamespace("team-b"));
    all.put(all.getKey(object), object);
    all.put(all.getKey(elsewhere), elsewhere);

    assertThat(all.keySet()).containsExactlyInAnyOrder("team-a/sc-1", "team-b/sc-1");
    assertThat(all.size()).isEqualTo(2);
    assertThat(ofNamespace.keySet()).containsExactly("team-a/sc-1");
    assertThat(ofNamespace.size()).isEqualTo(1);
    assertThat(ofNamespace.values().map(o -> o.getMetadata().getNamespace()))
        .containsExactly("team-a");
  }
}
