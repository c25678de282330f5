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
import static io.sessionclusters.mirror.Mirrors.SOURCE;
import static io.sessionclusters.mirror.Mirrors.SOURCE_UID;
import static io.sessionclusters.mirror.Mirrors.later;
import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the store finds, counts and forgets. */
class MirrorStoreTest extends StoredMirror {

  @Test
  void aMirrorThatChangedSinceItWasComparedIsNotConfirmed() {
    store.see(later(right, "3", Mirrors::scribble));

    store.confirm(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(store.get(NAMESPACE, NAME).written()).isNull();
  }

  @Test
  void lookUpsLeaveNothingBehind() throws ReflectiveOperationException {
    store.get("team-x", NAME);
    assertThat(store.all("team-y")).isEmpty();
    write(right);
    store.deleted(NAMESPACE, NAME);

    var field = MirrorStore.class.getDeclaredField("namespaces");
    field.setAccessible(true);
    assertThat((Map<?, ?>) field.get(store)).isEmpty();
  }

  @Test
  void theEndOfWhatWasNeverSeenIsNoNews() {
    store.deleted(NAMESPACE, NAME);
    store.beginDelete(NAMESPACE, NAME);
    store.confirm(NAMESPACE, NAME, Mirrors.written(session, right));

    assertThat(drifts).isEmpty();
    assertThat(store.get(NAMESPACE, NAME)).isEqualTo(MirrorEntry.EMPTY);
  }

  @Test
  void findsMirrorsByTheirController() {
    store.see(right);
    store.see(Mirrors.running("sc-2", "3"));
    store.see(later(Mirrors.running("sc-3", "4"), "4", Mirrors::disown));

    assertThat(names(store.controlledBy(NAMESPACE, SOURCE_UID)))
        .containsExactlyInAnyOrder("sc-1", "sc-2");
    assertThat(names(store.controlledBy(NAMESPACE, "uid-of-other"))).containsExactly("sc-3");
    assertThat(store.controlledBy("team-b", SOURCE_UID)).isEmpty();
    assertThat(store.orphansOf(SOURCE)).isEmpty();
  }

  @Test
  void theIndicesFollowEveryChangeOfOwner() {
    store.see(right);
    store.see(later(right, "3", Mirrors::disown));
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
    assertThat(names(store.controlledBy(NAMESPACE, "uid-of-other"))).containsExactly(NAME);

    store.see(later(right, "4", Mirrors::orphan));
    assertThat(store.controlledBy(NAMESPACE, "uid-of-other")).isEmpty();
    assertThat(names(store.orphansOf(SOURCE))).containsExactly(NAME);

    store.see(later(right, "5", o -> {}));
    assertThat(store.orphansOf(SOURCE)).isEmpty();
    assertThat(names(store.controlledBy(NAMESPACE, SOURCE_UID))).containsExactly(NAME);

    store.deleted(NAMESPACE, NAME);
    assertThat(store.controlledBy(NAMESPACE, SOURCE_UID)).isEmpty();
  }

  @Test
  void anOrphanBelongsToTheSourceOfItsOwnNamespace() {
    store.see(
        later(
            right,
            "2",
            o -> {
              Mirrors.orphan(o);
              o.getMetadata().setNamespace("team-b");
            }));

    assertThat(store.orphansOf(SOURCE)).isEmpty();
    assertThat(names(store.orphansOf(new ResourceID(SOURCE.getName(), "team-b"))))
        .containsExactly(NAME);
  }

  @Test
  void tellsWhatWasKnownBefore() {
    assertThat(store.see(created)).isNull();
    assertThat(store.see(right)).isEqualTo(Mirrors.seen(created));
    assertThat(store.see(created)).isEqualTo(Mirrors.seen(right));
    assertThat(store.deleted(NAMESPACE, NAME)).isEqualTo(Mirrors.seen(created));
    assertThat(store.deleted(NAMESPACE, NAME)).isNull();
  }

  @Test
  void countsAndListsMirrorsByNamespaceOrAll() {
    store.see(right);
    store.see(later(right, "3", o -> o.getMetadata().setNamespace("team-b")));
    store.see(Mirrors.running("sc-2", "4"));

    assertThat(store.all(null)).hasSize(3);
    assertThat(store.all(NAMESPACE).map(Mirror::name)).containsExactlyInAnyOrder("sc-1", "sc-2");
    assertThat(store.all("team-c")).isEmpty();
  }

  @Test
  void aCreateUnderWayIsNoMirrorYet() {
    store.beginWrite(NAMESPACE, NAME);

    assertThat(store.all(null)).isEmpty();
    assertThat(store.all(null)).isEmpty();
  }
}
