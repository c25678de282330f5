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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  private static final String HIDDEN = "*********(redacted)";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "spark.hadoop.fs.oss.accessKeySecret",
        "spark.hadoop.fs.oss.accessKeyId",
        "access.key",
        "ACCESSKEY",
        "MyPassWord",
        "spark.authenticate.TOKEN"
      })
  void aSettingIsHiddenForItsKeyOrForItsValue(String telltale) {
    assertThat(Redaction.value(telltale, "42")).isEqualTo(HIDDEN);
    assertThat(Redaction.value("key", "x " + telltale + " y")).isEqualTo(HIDDEN);
    assertThat(Redaction.value(null, telltale)).isEqualTo(HIDDEN);
    assertThat(Redaction.text("{\"" + telltale + "\": 1}")).isEqualTo(HIDDEN);
  }

  @ParameterizedTest
  @CsvSource({
    "spark.executor.memory, 4g",
    // Spark's expression allows a dot between the two, and only that.
    "spark.access..key, 1",
    "spark.access-key, 1",
    "spark.sql.pass.word, 1",
    "spark.tok.en, ''",
  })
  void anyOtherSettingStaysAsItIs(String key, String value) {
    assertThat(Redaction.value(key, value)).isEqualTo(value);
  }

  @Test
  void nothingIsNotHidden() {
    assertThat(Redaction.value("password", null)).isNull();
    assertThat(Redaction.text(null)).isNull();
    assertThat(Redaction.url(null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://spark-ui-xxxx, http://spark-ui-xxxx",
        "http://spark-ui/a/b?token=1, http://spark-ui/a/b",
        "http://spark-ui/a#token=1, http://spark-ui/a",
        "http://spark-ui/a#b?c, http://spark-ui/a",
        "?token=1, ''",
        "http://spark-ui/a;jsessionid=1, http://spark-ui/a",
        "http://user:pass@spark-ui/a, *********(redacted)",
        "http://spark-ui/token/1, *********(redacted)",
        "'', ''",
      })
  void aUrlEndsBeforeItsQueryAndItsFragment(String url, @Nullable String shown) {
    assertThat(Redaction.url(url)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -",
        "spark.hadoop.fs.oss.accessKeySecret, spark.hadoop.fs.oss.accessKeySecret",
        "InvalidAccessKeyId.NotFound, InvalidAccessKeyId.NotFound",
        "nightly etl, nightly etl",
        "accessKeySecret=1, *********(redacted)",
        "token 1, *********(redacted)",
      })
  void aKeyNamesASecretButHoldsNone(@Nullable String key, @Nullable String shown) {
    assertThat(Redaction.word(key)).isEqualTo(shown);
  }
}
