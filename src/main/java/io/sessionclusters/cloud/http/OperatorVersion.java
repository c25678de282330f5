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
package io.sessionclusters.cloud.http;

import java.util.Objects;

/** Which version of the operator this is. */
public final class OperatorVersion {

  private OperatorVersion() {}

  /** The jar's version; {@code dev} where the classes are in none. */
  public static String current() {
    return Objects.requireNonNullElse(
        OperatorVersion.class.getPackage().getImplementationVersion(), "dev");
  }
}
