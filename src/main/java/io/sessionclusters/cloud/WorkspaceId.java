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
package io.sessionclusters.cloud;

import java.util.regex.Pattern;

/**
 * A workspace of EMR Serverless Spark such as {@code w-1234abcd}. It becomes a segment of the
 * request's path, so its characters are restricted to those that need no encoding.
 *
 * @param value letters, digits, hyphens and underscores, 1 to 64 characters
 */
public record WorkspaceId(String value) {

  /** The form of a workspace id; the same pattern stands in the CRD. */
  public static final String PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);

  /**
   * @throws IllegalArgumentException if the value does not have the form of a workspace id
   */
  public WorkspaceId {
    if (!COMPILED.matcher(value).matches()) {
      throw new IllegalArgumentException("not a workspace id, such as w-1234abcd");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
