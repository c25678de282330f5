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
package io.sessionclusters.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a source's spec asks for, as an oracle reads it: by the documentation, and with nothing of
 * the operator's own code.
 */
record Spec(
    SimPlace place,
    @Nullable String kind,
    @Nullable String queueName,
    @Nullable String id,
    @Nullable Pattern nameRegex,
    Duration interval,
    Duration transitionInterval,
    Duration timeout,
    Duration staleAfter,
    boolean suspend,
    boolean retain,
    int maxPercent,
    @Nullable String secret,
    boolean connectionSecrets,
    boolean valid) {

  private static final Pattern PART = Pattern.compile("([0-9]+)(ms|s|m|h)");

  private static final Set<String> NETWORKS = Set.of("Public", "VPC");

  static Spec of(JsonNode object) {
    JsonNode spec = object.path("spec");
    JsonNode filter = spec.path("filter");
    boolean valid =
        NETWORKS.contains(spec.path("network").asText("Public")) && !spec.has("endpoint");
    Pattern regex = null;
    String written = text(filter.path("nameRegex"));
    if (written != null) {
      try {
        regex = Pattern.compile(written);
      } catch (PatternSyntaxException e) {
        valid = false;
      }
    }
    Duration interval = duration(spec.path("interval"), Duration.ofMinutes(1));
    Duration shorter =
        interval.compareTo(Duration.ofSeconds(10)) < 0 ? interval : Duration.ofSeconds(10);
    Duration fifteen = Duration.ofMinutes(15);
    Duration three = interval.multipliedBy(3);
    return new Spec(
        new SimPlace(spec.path("regionId").asText(), spec.path("workspaceId").asText()),
        text(filter.path("kind")),
        text(filter.path("queueName")),
        text(filter.path("sessionClusterId")),
        regex,
        interval,
        duration(spec.path("transitionInterval"), shorter),
        duration(spec.path("timeout"), Duration.ofMinutes(1)),
        duration(spec.path("staleAfter"), three.compareTo(fifteen) > 0 ? three : fifteen),
        spec.path("suspend").asBoolean(),
        spec.path("prune").path("policy").asText("Delete").equals("Retain"),
        spec.path("prune").path("maxPercent").asInt(50),
        text(spec.path("credentials").path("secretRef").path("name")),
        spec.path("connectionSecrets").asBoolean(),
        valid);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static Duration duration(JsonNode node, Duration otherwise) {
    if (!node.isTextual()) {
      return otherwise;
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(node.asText());
    while (part.find()) {
      long number = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
              });
    }
    return sum;
  }

  boolean matches(SimSession session) {
    return (kind == null || kind.equals(session.kind()))
        && (queueName == null || queueName.equals(session.queueName()))
        && (id == null || id.equals(session.id()))
        && (nameRegex == null || nameRegex.matcher(session.name()).find());
  }

  /** Whether the two list the same. */
  boolean listsAs(Spec other) {
    return place.equals(other.place)
        && Objects.equals(kind, other.kind)
        && Objects.equals(queueName, other.queueName)
        && Objects.equals(id, other.id)
        && Objects.equals(
            nameRegex == null ? null : nameRegex.pattern(),
            other.nameRegex == null ? null : other.nameRegex.pattern());
  }

  /** Whether a question is a listing of that query. */
  boolean asks(Served.Question question) {
    return question.place().equals(place)
        && Objects.equals(question.kind(), kind)
        && Objects.equals(question.queueName(), queueName)
        && Objects.equals(question.id(), id);
  }

  /** Whether a question is a listing of that query, or one about a single session of it. */
  boolean mayAsk(Served.Question question) {
    return question.place().equals(place)
        && Objects.equals(question.kind(), kind)
        && Objects.equals(question.queueName(), queueName)
        && (id == null || question.id() != null);
  }
}
