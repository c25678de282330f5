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
package io.sessionclusters.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus.PendingPrune;
import io.sessionclusters.support.RecordCopy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SourceStatusWriterTest {

  private static final PendingPrune HELD = new PendingPrune(6, "token", List.of("sc-1"), 50);
  private static final SessionClusterSourceStatus LISTED =
      RecordCopy.with(SessionClusterSourceStatus.EMPTY, "sessionClusters", 3);

  private final OneSourceServer server = new OneSourceServer(source());
  private final StatusCache cache = new StatusCache();
  private boolean leads = true;
  private final SourceStatusWriter writer = new SourceStatusWriter(server.client(), () -> leads);

  SourceStatusWriterTest() throws IOException {}

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aStatusIsWrittenOnce() {
    SessionClusterSource seen = server.source();

    assertThat(writer.write(seen, cache, LISTED)).isTrue();
    // The informer's cache is still behind.
    assertThat(writer.write(seen, cache, LISTED)).isFalse();

    assertThat(server.source().getStatus()).isEqualTo(LISTED);
    assertThat(server.patches).hasSize(1);
  }

  @Test
  void whoDoesNotLeadWritesNothing() {
    leads = false;

    assertThat(writer.write(server.source(), cache, LISTED)).isFalse();

    assertThat(server.requests).isEmpty();
  }

  @Test
  void aFieldThatIsNoMoreIsRemoved() {
    writer.write(server.source(), cache, LISTED);
    SessionClusterSourceStatus other =
        RecordCopy.with(SessionClusterSourceStatus.EMPTY, "endpoint", "https://e");
    writer.write(server.source(), cache, other);

    assertThat(server.source().getStatus()).isEqualTo(other);
  }

  /** A source that was deleted and created again with its name. */
  @Test
  void anotherSourceOfTheSameNameIsLeftAlone() {
    SessionClusterSource seen = server.source();
    server.edit(source -> ((ObjectNode) source.get("metadata")).put("uid", "another"));

    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> writer.write(seen, cache, LISTED));

    assertThat(server.source().getStatus()).isNull();
  }

  /** The guard of another process, or of a write whose response was lost, stays. */
  @Test
  void whatAnotherProcessHoldsStaysHeld() {
    writer.write(server.source(), cache, LISTED);
    SessionClusterSource seen = server.source();
    server.edit(
        source ->
            ((ObjectNode) source.get("status")).putObject("pendingPrune").put("token", "token"));

    writer.write(seen, cache, RecordCopy.with(LISTED, "sessionClusters", 2));

    assertThat(server.source().getStatus().pendingPrune())
        .isEqualTo(new PendingPrune(null, "token", null, null));
    assertThat(cache.status(seen).pendingPrune()).isNotNull();
    assertThat(cache.hasReported(HELD)).isFalse();
  }

  @Test
  void whatIsHeldIsOnlyTakenAwayIfItIsTheSetThatWasSeen() {
    SessionClusterSourceStatus held = RecordCopy.with(LISTED, "pendingPrune", HELD);
    writer.write(server.source(), cache, held);
    SessionClusterSource seen = server.source();
    server.edit(
        source ->
            ((ObjectNode) source.at("/status/pendingPrune")).put("token", "of another process"));

    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> writer.write(seen, cache, LISTED));

    assertThat(server.source().getStatus().pendingPrune())
        .isEqualTo(RecordCopy.with(HELD, "token", "of another process"));
  }

  private static SessionClusterSource source() {
    SessionClusterSource source = new SessionClusterSource();
    source.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team-a")
            .withName("adhoc")
            .withUid("uid")
            .withResourceVersion("1")
            .build());
    return source;
  }
}
