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
package io.sessionclusters.programs.fakecloud;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How {@link FakeCloudMain} runs. Each setting is an argument ({@code --page-size 12}) or an
 * environment variable ({@code FAKE_CLOUD_PAGE_SIZE=12}); the argument counts.
 *
 * @param bind address to listen on; {@code 0.0.0.0} in a container
 * @param port 0 for any free one
 * @param keyId of the only access key
 * @param keySecret its secret
 * @param region of the workspace
 * @param workspace its id
 * @param sessions how many it has at least
 * @param pageSize the most sessions on one page
 * @param seed of the story
 * @param tick time between two things that happen
 * @param duration how long to run; null until killed
 */
record FakeCloudSettings(
    String bind,
    int port,
    String keyId,
    String keySecret,
    String region,
    String workspace,
    int sessions,
    int pageSize,
    long seed,
    Duration tick,
    @Nullable Duration duration) {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "bind", "127.0.0.1",
          "port", "8083",
          "key-id", "fake-key-id",
          "key-secret", "fake-key-secret",
          "region", "cn-hangzhou",
          "workspace", "w-1234abcd",
          "sessions", "36",
          "page-size", "12",
          "seed", "1",
          "tick", "3s");
  private static final List<String> NAMES =
      List.of(
          "bind",
          "port",
          "key-id",
          "key-secret",
          "region",
          "workspace",
          "sessions",
          "page-size",
          "seed",
          "tick",
          "duration");

  /**
   * @throws IllegalArgumentException for an unknown argument or an unreadable value, naming it
   */
  static FakeCloudSettings of(List<String> arguments, Map<String, String> environment) {
    var values = new HashMap<>(DEFAULTS);
    for (String name : NAMES) {
      String variable = "FAKE_CLOUD_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
      String value = environment.get(variable);
      if (value != null) {
        values.put(name, value);
      }
    }
    for (int i = 0; i < arguments.size(); i += 2) {
      String argument = arguments.get(i);
      String name = argument.startsWith("--") ? argument.substring(2) : "";
      if (!NAMES.contains(name) || i + 1 == arguments.size()) {
        throw new IllegalArgumentException(
            "expected --" + String.join(" | --", NAMES) + " and a value, not " + argument);
      }
      values.put(name, arguments.get(i + 1));
    }
    String duration = values.get("duration");
    return new FakeCloudSettings(
        text(values, "bind"),
        (int) number(values, "port"),
        text(values, "key-id"),
        text(values, "key-secret"),
        text(values, "region"),
        text(values, "workspace"),
        (int) number(values, "sessions"),
        (int) number(values, "page-size"),
        number(values, "seed"),
        duration("tick", text(values, "tick")),
        duration == null ? null : duration("duration", duration));
  }

  private static String text(Map<String, String> values, String name) {
    return values.getOrDefault(name, "");
  }

  private static long number(Map<String, String> values, String name) {
    try {
      return Long.parseLong(text(values, name));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " is no number", e);
    }
  }

  private static Duration duration(String name, String value) {
    try {
      return Duration.parse("PT" + value);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("--" + name + " is no duration like 30s or 5m", e);
    }
  }
}
