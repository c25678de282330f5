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
package io.sessionclusters.kubernetes;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Resource versions: decimal numbers that grow with every write of the API server. */
public final class ResourceVersion {

  /** Of numbers without leading zeros, of any length. */
  private static final Comparator<String> AS_NUMBERS =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private ResourceVersion() {}

  /**
   * Whether one is later than another. Kubernetes 1.35 promises that they can be compared, earlier
   * ones do it. Versions that are no numbers count as later, so that nothing is overlooked.
   */
  public static boolean isLater(@Nullable String version, @Nullable String than) {
    if (version == null || than == null) {
      return true;
    }
    return (isNumber(version) && isNumber(than))
        ? AS_NUMBERS.compare(version, than) > 0
        : !version.equals(than);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
