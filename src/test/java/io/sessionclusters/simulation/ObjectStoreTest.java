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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.simulation.SimApiServer.Propagation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the simulated API server does with objects, as the real one does it. */
class ObjectStoreTest {

  private static final ObjectStore.Key KEY = new ObjectStore.Key(Kind.MIRROR, "team", "m");

  private final Kernel kernel = new Kernel(1);
  private final List<Change> changes = new ArrayList<>();
  private final ObjectStore store = new ObjectStore(kernel, changes::add);
  private final SimApiServer api = new SimApiServer(kernel);

  private static ObjectNode mirror(String name) {
    ObjectNode mirror = JsonNodeFactory.instance.objectNode();
    mirror.put("kind", Kind.MIRROR.kindName());
    mirror.putObject("metadata").put("name", name).put("namespace", "team");
    mirror.putObject("spec").put("sessionClusterId", name);
    mirror.putObject("status").put("state", "Running");
    return mirror;
  }

  private ObjectNode created() {
    return store.create("anna", Kind.MIRROR, "team", mirror("m"), false);
  }

  private static void assertRefused(int code, ThrowingCallable request) {
    assertThatThrownBy(request).isInstanceOfSatisfying(ApiError.class, e -> code(e, code));
  }

  private static void code(ApiError e, int code) {
    assertThat(e.code()).isEqualTo(code);
    assertThat(e.status(null).path("details").path("name").asText()).isEqualTo("m");
  }

  private static long generation(ObjectNode object) {
    return object.path("metadata").path("generation").asLong();
  }

  @Test
  void aCreateIgnoresTheStatusAndGivesIdentity() {
    ObjectNode object = created();
    assertThat(object.has("status")).isFalse();
    assertThat(ObjectStore.uid(object)).isNotEmpty();
    assertThat(generation(object)).isEqualTo(1);
    assertRefused(409, this::created);
    assertThat(store.create("anna", Kind.MIRROR, "team", mirror("other"), true)).isNotNull();
    assertThat(store.find(Kind.MIRROR, "team", "other")).isNull();
    assertThat(changes).hasSize(1);
  }

  @Test
  void aPutOfTheStatusLeavesTheRestAndTheReverse() {
    ObjectNode sent = created().deepCopy();
    sent.putObject("status").put("state", "Stopped");
    sent.withObjectProperty("spec").put("sessionClusterId", "other");
    sent.withObjectProperty("metadata").putObject("labels").put("a", "b");
    ObjectNode withStatus = store.updateStatus("anna", KEY, sent);
    assertThat(withStatus.path("status").path("state").asText()).isEqualTo("Stopped");
    assertThat(withStatus.path("spec").path("sessionClusterId").asText()).isEqualTo("m");
    assertThat(withStatus.path("metadata").has("labels")).isFalse();
    assertThat(generation(withStatus)).isEqualTo(1);

    ObjectNode edited = withStatus.deepCopy();
    edited.remove("status");
    edited.withObjectProperty("spec").put("sessionClusterId", "other");
    ObjectNode main = store.update("anna", KEY, edited);
    assertThat(main.path("status")).isEqualTo(withStatus.path("status"));
    assertThat(generation(main)).isEqualTo(2);
    assertThat(Long.parseLong(ObjectStore.version(main)))
        .isGreaterThan(Long.parseLong(ObjectStore.version(withStatus)));
  }

  @Test
  void whatIsStaleIsAConflictAndWhatChangesNothingIsNoVersion() {
    ObjectNode first = created();
    ObjectNode sent = first.deepCopy();
    sent.putObject("status").put("state", "Stopped");
    ObjectNode second = store.updateStatus("anna", KEY, sent);
    assertRefused(409, () -> store.updateStatus("anna", KEY, sent));
    assertRefused(409, () -> store.delete("anna", KEY, ObjectStore.version(first), "", null));
    assertRefused(409, () -> store.delete("anna", KEY, "", "another", null));
    assertThat(store.updateStatus("anna", KEY, second)).isSameAs(second);
    ObjectNode blind = second.deepCopy();
    blind.withObjectProperty("metadata").remove("resourceVersion");
    assertRefused(422, () -> store.update("anna", KEY, blind));
    assertThat(store.delete("anna", KEY, ObjectStore.version(second), "", null)).isNull();
    assertRefused(404, () -> store.updateStatus("anna", KEY, sent));
  }

  @Test
  void aFinalizerHoldsWhatIsDeleted() {
    ObjectNode sent = created().deepCopy();
    sent.withObjectProperty("metadata").putArray("finalizers").add("others/hold");
    store.update("anna", KEY, sent);
    ObjectNode marked = Objects.requireNonNull(store.delete("anna", KEY, "", "", null));
    assertThat(ObjectStore.isDeleting(marked)).isTrue();
    assertRefused(409, this::created);
    ObjectNode freed = marked.deepCopy();
    freed.withObjectProperty("metadata").remove("finalizers");
    store.update("anna", KEY, freed);
    assertThat(store.find(Kind.MIRROR, "team", "m")).isNull();
    assertThat(changes.getLast().after()).isNull();
  }

  @Test
  void patchesMergeAndTest() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode object = created();
    ObjectNode merged =
        store.mergePatch(
            "anna",
            KEY,
            false,
            (ObjectNode)
                json.readTree(
                    "{\"metadata\":{\"resourceVersion\":\"%s\",\"labels\":{\"a\":\"b\"}}}"
                        .formatted(ObjectStore.version(object))));
    assertThat(merged.path("metadata").path("labels").path("a").asText()).isEqualTo("b");
    String patch =
        """
        [{"op":"test","path":"/metadata/uid","value":"%s"},
         {"op":"add","path":"/status","value":{"state":"Error"}}]
        """;
    ObjectNode patched =
        store.jsonPatch("anna", KEY, true, json.readTree(patch.formatted(ObjectStore.uid(object))));
    assertThat(patched.path("status").path("state").asText()).isEqualTo("Error");
    assertThatThrownBy(
            () -> store.jsonPatch("anna", KEY, true, json.readTree(patch.formatted("another"))))
        .isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.code()).isEqualTo(422));
  }

  private ObjectNode owned(String name, ObjectNode owner) {
    ObjectNode object = mirror(name);
    object
        .withObjectProperty("metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("kind", Kind.SOURCE.kindName())
        .put("name", owner.path("metadata").path("name").asText())
        .put("uid", ObjectStore.uid(owner))
        .put("controller", true);
    return api.create("anna", object);
  }

  @Test
  void theCollectorRemovesWhatNobodyOwnsAnyMore() {
    ObjectNode owner = api.create("anna", SimulationTest.source("owner"));
    owned("one", owner);
    api.delete("anna", Kind.SOURCE, "team", "owner", Propagation.BACKGROUND);
    assertThat(api.find(Kind.MIRROR, "team", "one")).isNotNull();
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(api.find(Kind.MIRROR, "team", "one")).isNull();
    assertThat(api.history().getLast().by()).isEqualTo("gc");
    owned("late", owner);
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(api.find(Kind.MIRROR, "team", "late")).isNull();
  }

  @Test
  void orphansStayAndLoseTheirOwner() {
    ObjectNode owner = api.create("anna", SimulationTest.source("owner"));
    owned("one", owner);
    api.delete("anna", Kind.SOURCE, "team", "owner", Propagation.ORPHAN);
    assertThat(api.find(Kind.SOURCE, "team", "owner")).isNotNull();
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(api.find(Kind.SOURCE, "team", "owner")).isNull();
    ObjectNode left = Objects.requireNonNull(api.find(Kind.MIRROR, "team", "one"));
    assertThat(left.path("metadata").has("ownerReferences")).isFalse();
  }

  @Test
  void aForegroundDeletionTakesTheOwnedFirst() {
    ObjectNode owner = api.create("anna", SimulationTest.source("owner"));
    owned("one", owner);
    api.delete("anna", Kind.SOURCE, "team", "owner", Propagation.FOREGROUND);
    kernel.runFor(Duration.ofMinutes(1));
    assertThat(api.all()).isEmpty();
    assertThat(api.history().getLast().kind()).isEqualTo(Kind.SOURCE);
  }

  @Test
  void aRestoredStateHasItsOldVersions() {
    ObjectNode then = api.create("anna", mirror("m"));
    SimApiServer.Snapshot snapshot = api.snapshot();
    api.editStatus(
        "anna", Kind.MIRROR, "team", "m", o -> o.putObject("status").put("state", "Error"));
    api.create("anna", mirror("later"));
    api.restore(snapshot);
    assertThat(api.all(Kind.MIRROR)).containsExactly(then);
    ObjectNode next = api.create("anna", mirror("next"));
    assertThat(Long.parseLong(ObjectStore.version(next)))
        .isEqualTo(Long.parseLong(ObjectStore.version(then)) + 1);
    assertThat(ObjectStore.uid(next)).isNotEqualTo(ObjectStore.uid(then));
    assertThat(api.history()).filteredOn(c -> c.by().equals("restore")).hasSize(2);
  }
}
