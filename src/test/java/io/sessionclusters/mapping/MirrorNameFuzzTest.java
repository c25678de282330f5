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

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sessionclusters.support.FuzzRun;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever ids the cloud gives, each has a name that Kubernetes takes, and no two have the same.
 */
@ExtendWith(FuzzRun.class)
class MirrorNameFuzzTest {

  /** As the API server checks names: apimachinery's IsDNS1123Subdomain, at most 253 characters. */
  private static final Pattern SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private static final Pattern HASHED = Pattern.compile("sc-[0-9a-f]{16}");

  /**
   * @param lines one id each, two of them
   */
  @FuzzTest(maxExecutions = 100_000)
  void namesAreValidAndDoNotMeet(byte[] lines) {
    String[] ids = new String(lines, StandardCharsets.UTF_8).split("\n", 2);

    for (String id : ids) {
      assertNamed(id);
      assertApart(id, id.toLowerCase(Locale.ROOT));
      assertApart(id, id.toUpperCase(Locale.ROOT));
      assertApart(id, id.strip());
      assertApart(id, id + ".");
      assertApart(id, id + "-0");
    }
    assertApart(ids[0], ids[ids.length - 1]);
  }

  private static void assertNamed(String id) {
    String name = MirrorName.of(id);
    assertThat(MirrorName.of(id)).as("the name asked for again").isEqualTo(name);
    if (SUBDOMAIN.matcher(id).matches()) {
      assertThat(name).isEqualTo(id);
    } else {
      assertThat(name).matches(HASHED);
    }
  }

  /** Two names are the same only if one id was made of the other's hash. */
  private static void assertApart(String one, String other) {
    if (!one.equals(other) && !isHashOf(one, other) && !isHashOf(other, one)) {
      assertThat(MirrorName.of(one))
          .as("name of [%s], which [%s] has too", one, other)
          .isNotEqualTo(MirrorName.of(other));
    }
  }

  private static boolean isHashOf(String hash, String id) {
    return HASHED.matcher(hash).matches() && MirrorName.of(id).equals(hash);
  }
}
