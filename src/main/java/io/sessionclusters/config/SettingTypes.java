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
package io.sessionclusters.config;

import io.sessionclusters.cloud.EndpointPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The types of settings: each reads a text, or says what it must be, without quoting it. */
final class SettingTypes {

  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);

  private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String NOT_A_NAMESPACE = "has an entry that is no name of a namespace";
  private static final String LABEL_VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)";
  private static final String LABEL_REQUIREMENT =
      "(!?\\s*%1$s|%1$s\\s*(=|==|!=)\\s*%2$s|%1$s\\s+(in|notin)\\s*\\(\\s*%2$s\\s*(,\\s*%2$s\\s*)*\\))"
          .formatted("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + LABEL_VALUE, LABEL_VALUE + "?");

  static final ITypeConverter<Integer> COUNT = number(1, 1000);
  static final ITypeConverter<Integer> PORT = number(0, 65535);
  static final ITypeConverter<Boolean> FLAG =
      text -> Boolean.valueOf(text("true|false", text, "must be true or false"));

  static final ITypeConverter<Duration> INTERVAL = SettingTypes::interval;
  static final ITypeConverter<@Nullable URI> ENDPOINT = SettingTypes::endpoint;

  /** Names of objects of Kubernetes: RFC 1123, dots included. */
  static final ITypeConverter<String> NAME =
      text ->
          text("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?|", text, "is no name that Kubernetes allows");

  static final ITypeConverter<String> NAMESPACE =
      text -> text(LABEL + "|", text, "is no name that Kubernetes allows");

  static final ITypeConverter<Set<String>> NAMESPACES = set(LABEL, NOT_A_NAMESPACE);
  static final ITypeConverter<Set<String>> NAMESPACES_OR_ALL = set(LABEL + "|\\*", NOT_A_NAMESPACE);
  static final ITypeConverter<Set<String>> HOSTS =
      set(
          "([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?",
          "has an entry that is no host or host:port");

  /** As {@code kubectl -l} takes them; an empty one would select all. */
  static final ITypeConverter<String> LABEL_SELECTOR =
      text ->
          text(
              "\\s*%1$s\\s*(,\\s*%1$s\\s*)*|".formatted(LABEL_REQUIREMENT),
              text,
              "must be a label selector such as shard=a or tier in (a,b)");

  private SettingTypes() {}

  private static ITypeConverter<Integer> number(int least, int most) {
    return text -> {
      // Longer ones are out of every range.
      int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
      check(
          number >= least && number <= most,
          "must be a whole number from " + least + " to " + most);
      return number;
    };
  }

  /** One of an enum's constants, in lower case, or any. */
  static <E extends Enum<E>> ITypeConverter<E> choice(E[] choices) {
    List<String> names =
        Arrays.stream(choices).map(choice -> choice.name().toLowerCase(Locale.ROOT)).toList();
    return text -> {
      int index = names.indexOf(text.toLowerCase(Locale.ROOT));
      check(index >= 0, "must be one of " + String.join(", ", names));
      return choices[index];
    };
  }

  /** Entries that are separated by commas. */
  private static ITypeConverter<Set<String>> set(String form, String problem) {
    return text -> {
      Set<String> entries =
          Arrays.stream(text.split(",", -1))
              .map(String::strip)
              .filter(entry -> !entry.isEmpty())
              .collect(Collectors.toUnmodifiableSet());
      entries.forEach(entry -> text(form, entry, problem));
      return entries;
    };
  }

  private static String text(String form, String text, String problem) {
    check(Pattern.matches(form, text), problem);
    return text;
  }

  private static Duration interval(String text) {
    Duration interval = GoDuration.parse(text).orElse(Duration.ZERO);
    check(
        interval.compareTo(OperatorSettings.SHORTEST_INTERVAL) >= 0
            && interval.compareTo(LONGEST_INTERVAL) <= 0,
        "must be a duration between 1s and 24h, such as 30s or 5m");
    return interval;
  }

  /** A host or its URL: https, or http to loopback; null for an empty text. */
  private static @Nullable URI endpoint(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return EndpointPolicy.endpoint(text.contains("://") ? text : "https://" + text);
    } catch (IllegalArgumentException _) {
      throw new TypeConversionException(
          "must be a host such as sts-vpc.cn-hangzhou.aliyuncs.com, or its https URL");
    }
  }

  private static void check(boolean valid, String problem) {
    if (!valid) {
      throw new TypeConversionException(problem);
    }
  }
}
