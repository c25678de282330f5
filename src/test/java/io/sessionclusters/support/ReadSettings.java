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
package io.sessionclusters.support;

import io.sessionclusters.config.OperatorCommand;
import io.sessionclusters.config.OperatorCommand.Asked;
import io.sessionclusters.config.OperatorSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings as the operator reads them; without ports, which several of a test could not share. */
public final class ReadSettings {

  private ReadSettings() {}

  /** Of flags. */
  public static OperatorSettings of(String... flags) {
    return of(Map.of(), flags);
  }

  /** Of environment variables, and of flags, which go before them. */
  public static OperatorSettings of(Map<String, String> environment, String... flags) {
    Map<String, String> all = new HashMap<>(Map.of("METRICS_PORT", "0", "PROBE_PORT", "0"));
    all.putAll(environment);
    return switch (OperatorCommand.read(List.of(flags), all, "test")) {
      case Asked.Run(OperatorSettings settings) -> settings;
      case Asked.Refused(String message) -> throw new IllegalArgumentException(message);
      case Asked.Print(String text) -> throw new IllegalArgumentException(text);
    };
  }
}
