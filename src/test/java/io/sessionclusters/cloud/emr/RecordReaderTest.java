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
package io.sessionclusters.cloud.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.CloudSession.Identifier;
import io.sessionclusters.cloud.CloudSession.LongText;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.SessionMapping;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A field of the API is named in one place: the record. */
class RecordReaderTest {

  /** A session as a later version of the API may return it. */
  public record LaterSession(
      @Identifier String sessionClusterId,
      @Nullable String engine,
      @LongText @Nullable String notes,
      @Nullable Integer workers,
      @Nullable Network network) {}

  /** An object that is new too. */
  public record Network(@Nullable String vSwitchId, @Nullable Boolean privateOnly) {}

  /** With a component that the API cannot have. */
  public record WithDouble(double share) {}

  /** With a list of what is no setting: read as settings, its elements would not be its own. */
  public record WithNames(List<String> names) {}

  @Test
  void aNewFieldIsANewComponentAndNothingElse() throws IOException {
    String json =
        """
        {"sessionClusterId": "sc-1", "engine": "Fusion", "notes": "%s", "workers": "3",
         "network": {"vSwitchId": "vsw-1", "privateOnly": "true", "mtu": 1500}, "other": [1]}
        """
            .formatted("n".repeat(3000));

    assertThat(read(LaterSession.class, json))
        .isEqualTo(
            new LaterSession("sc-1", "Fusion", "n".repeat(3000), 3, new Network("vsw-1", true)));
  }

  /** The walk finds the component that is added next year, too. */
  @ParameterizedTest
  @MethodSource("fields")
  void eachComponentIsReadCountsInTheFingerprintAndIsMapped(RecordComponent component)
      throws Exception {
    CloudSession bare = session("");
    CloudSession session =
        session(", \"" + component.getName() + "\": " + json(component.getType()));

    assertThat(component.getAccessor().invoke(session))
        .isNotEqualTo(component.getAccessor().invoke(bare));
    // The workspace is part of a mirror's identity.
    if (!component.getName().equals("workspaceId")) {
      assertThat(fingerprint(session)).isNotEqualTo(fingerprint(bare));
      // The token goes into the connection Secret.
      if (!component.getName().equals("connectionToken")) {
        assertThat(SessionMapping.status(session)).isNotEqualTo(SessionMapping.status(bare));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {WithDouble.class, WithNames.class})
  void aComponentThatNoFieldCanFillIsRefused(Class<? extends Record> type) {
    assertThatThrownBy(() -> read(type, "{}")).isInstanceOf(ClassCastException.class);
  }

  static Stream<RecordComponent> fields() {
    return Stream.of(CloudSession.class.getRecordComponents())
        .filter(component -> !component.isAnnotationPresent(Identifier.class));
  }

  private static String json(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "Boolean" -> "true";
      case "Integer", "Instant" -> "7";
      case "List" -> "[{\"configItemKey\": \"k\"}]";
      case "String", "SecretValue" -> "\"word\"";
      default -> "{}";
    };
  }

  private static CloudSession session(String field) throws IOException {
    return read(CloudSession.class, "{\"sessionClusterId\": \"sc-1\"" + field + "}");
  }

  private static <R extends Record> R read(Class<R> type, String json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return Objects.requireNonNull(new RecordReader<>(type, new FieldReader(parser), "").read());
    }
  }

  private static Digest fingerprint(CloudSession session) {
    return new Digest.Builder().fingerprint(session, false);
  }
}
