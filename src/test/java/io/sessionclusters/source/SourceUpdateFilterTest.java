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
package io.sessionclusters.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SourceUpdateFilterTest {

  static Stream<Consumer<ObjectMeta>> askForPoll() {
    return Stream.of(
        m -> m.setGeneration(2L),
        m -> m.setUid("another"),
        m -> m.setDeletionTimestamp("2026-11-22T00:00:00Z"),
        m -> m.setAnnotations(null),
        m -> m.setAnnotations(Map.of("sessionclusters.io/requested-at", "2")),
        m ->
            m.setAnnotations(
                Map.of(
                    "sessionclusters.io/requested-at",
                    "1",
                    "sessionclusters.io/confirm-prune",
                    "token")));
  }

  @ParameterizedTest
  @MethodSource
  void askForPoll(Consumer<ObjectMeta> change) {
    assertThat(SourceUpdateFilter.askForPoll(changed(change), changed(m -> {}))).isTrue();
  }

  static Stream<Consumer<ObjectMeta>> doNotAsk() {
    return Stream.of(
        m -> {},
        m -> m.setResourceVersion("2"),
        m -> m.setLabels(Map.of("team", "a")),
        m ->
            m.setAnnotations(
                Map.of("sessionclusters.io/requested-at", "1", "argocd.argoproj.io/x", "y")));
  }

  @ParameterizedTest
  @MethodSource
  void doNotAsk(Consumer<ObjectMeta> change) {
    assertThat(SourceUpdateFilter.askForPoll(changed(change), changed(m -> {}))).isFalse();
  }

  @Test
  void itsOwnStatusDoesNotAsk() {
    SessionClusterSource now = changed(m -> m.setResourceVersion("2"));
    now.setStatus(SessionClusterSourceStatus.EMPTY);

    assertThat(SourceUpdateFilter.askForPoll(now, changed(m -> {}))).isFalse();
  }

  @Test
  void ofALongRequestTheBeginningCounts() {
    String beginning = "x".repeat(256);
    SessionClusterSource first = requested(beginning + "first");
    SessionClusterSource second = requested(beginning + "second");

    assertThat(SourceUpdateFilter.request(first)).isEqualTo(beginning);
    assertThat(SourceUpdateFilter.askForPoll(second, first)).isFalse();
    assertThat(SourceUpdateFilter.askForPoll(requested("y" + beginning), first)).isTrue();
  }

  @Test
  void aRequestIsNotCutWithinACharacter() {
    String halfway = "x".repeat(255) + "\uD83D\uDE00";

    assertThat(SourceUpdateFilter.request(requested(halfway))).isEqualTo("x".repeat(255));
    assertThat(SourceUpdateFilter.request(requested("\uD83D\uDE00"))).isEqualTo("\uD83D\uDE00");
    assertThat(SourceUpdateFilter.request(changed(m -> m.setAnnotations(null)))).isNull();
  }

  private static SessionClusterSource requested(String request) {
    return changed(m -> m.setAnnotations(Map.of("sessionclusters.io/requested-at", request)));
  }

  private static SessionClusterSource changed(Consumer<ObjectMeta> change) {
    SessionClusterSource source = new SessionClusterSource();
    ObjectMeta meta =
        new ObjectMetaBuilder()
            .withUid("uid")
            .withGeneration(1L)
            .withResourceVersion("1")
            .withAnnotations(Map.of("sessionclusters.io/requested-at", "1"))
            .build();
    change.accept(meta);
    source.setMetadata(meta);
    return source;
  }
}
