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

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A value that must never be shown: an access key secret, a security token, a connection token.
 *
 * <p>{@link #toString()} hides it, and so does Jackson, so that no log line, exception message,
 * string concatenation or serialized object can leak it; {@link #reveal()} is the only way to the
 * value and is easy to search for.
 */
public record SecretValue(String reveal) {

  /** What stands in the place of a hidden value; the same text that Spark's own redaction shows. */
  public static final String REDACTED = "*********(redacted)";

  @Override
  @JsonValue
  public String toString() {
    return REDACTED;
  }
}
