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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import org.slf4j.MDC;

/** Has every line that a thread logs name the source that it works for. */
public final class LogContext {

  /** Where the Elastic Common Schema has room for an application's own words. */
  static final String KEY = "labels.source";

  private LogContext() {}

  /** From now until it is closed. */
  public static MDC.MDCCloseable of(ResourceID source) {
    return MDC.putCloseable(KEY, source.getNamespace().orElse("") + "/" + source.getName());
  }
}
