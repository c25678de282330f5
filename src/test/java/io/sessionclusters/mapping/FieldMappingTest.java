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
package io.sessionclusters.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sessionclusters.cloud.SecretValue;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A field that the API gets is a component of the session and one of the status: what lies between
 * follows by itself. Shown with records of the same kinds, one of which has a field more.
 */
class FieldMappingTest {

  /** A session before the API had the field. */
  public record Before(@Nullable String name) {}

  /** A session with fields that were added: a text, a time, a number, a record. */
  public record After(
      @Nullable String name,
      @Nullable String added,
      @Nullable Instant addedTime,
      @Nullable Integer addedNumber,
      @Nullable Inner addedRecord) {}

  /** A record inside. */
  public record Inner(@Nullable String text) {}

  /** The status of such a session. */
  public record Status(
      @Nullable String name,
      @Nullable String added,
      @Nullable String addedTime,
      @Nullable Integer addedNumber,
      @Nullable InnerStatus addedRecord) {}

  /** The status of the record inside. */
  public record InnerStatus(@Nullable String text) {}

  private static final TokenTrace TOKEN = TokenTrace.of(new SecretValue("hush-hush"));
  private static final After SESSION =
      new After(
          "daily", "text", Instant.parse("2026-11-22T09:14:03.117Z"), 7, new Inner("hush-hush"));

  @Test
  void addedFieldsAreMappedEachInTheWayOfItsType() {
    var mapping = new FieldMapping<>(After.class, Status.class, Map.of());

    assertThat(mapping.map(SESSION, TOKEN))
        .isEqualTo(
            new Status(
                "daily",
                "text",
                "2026-11-22T09:14:03Z",
                7,
                new InnerStatus("*********(redacted)")));
    assertThat(mapping.map(new After(null, null, null, null, null), TOKEN))
        .isEqualTo(new Status(null, null, null, null, null));
  }

  @Test
  void anAddedTextIsCut() {
    var mapping = new FieldMapping<>(After.class, Status.class, Map.of());
    String text = "x".repeat(10_000);

    String cut = SessionMapping.shortText(text);
    assertThat(cut).hasSizeLessThan(text.length());
    assertThat(mapping.map(new After(text, null, null, null, new Inner(text)), TOKEN))
        .isEqualTo(new Status(cut, null, null, null, new InnerStatus(cut)));
  }

  @Test
  void addedFieldsCountInTheDigest() {
    var builder = new Digest.Builder();
    Digest before = builder.value(new After("daily", null, null, null, null)).finish();

    assertThat(builder.value(new After("daily", "x", null, null, null)).finish())
        .isNotEqualTo(before);
    assertThat(builder.value(new After("night", null, null, null, null)).finish())
        .isNotEqualTo(before);
    assertThat(builder.value(new After("daily", null, Instant.EPOCH, null, null)).finish())
        .isNotEqualTo(before);
    assertThat(builder.value(new After("daily", null, null, 0, null)).finish())
        .isNotEqualTo(before);
    assertThat(builder.value(new After("daily", null, null, null, new Inner(null))).finish())
        .isNotEqualTo(before);
  }

  @Test
  void aFieldOfTheStatusThatNoSessionHasIsFoundAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FieldMapping<>(Before.class, Status.class, Map.of()))
        .withMessage("Before has no component added");
  }

  @Test
  void aRuleOfItsOwnGoesBeforeTheCopy() {
    var mapping =
        new FieldMapping<>(
            After.class,
            Status.class,
            Map.of("name", (After session, TokenTrace token) -> "of " + session.name()));

    assertThat(mapping.map(SESSION, TOKEN).name()).isEqualTo("of daily");
  }
}
