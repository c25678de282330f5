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
package io.sessionclusters.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.sessionclusters.support.ControlPlaneBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The chart of this repository, in Helm's hands. */
public final class Chart {

  /** The chart's folder. */
  public static final Path FOLDER = Path.of("charts", "session-cluster-operator");

  /** Of release and namespace where a test does not say otherwise: what deploy/ calls them. */
  static final String RELEASE = "session-cluster-operator";

  /** What is equal has the same text, whoever wrote it. */
  private static final ObjectMapper IN_ORDER =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---$");

  private Chart() {}

  /** Helm with the chart in this folder. */
  static Helm helm() {
    return new Helm(FOLDER);
  }

  /**
   * What Helm makes of the chart.
   *
   * @param text as `helm template` prints it
   * @param objects by kind, namespace (where it has one) and name: {@code Role team-a/operator}
   */
  record Rendered(String text, Map<String, JsonNode> objects) {

    static Rendered of(String text) {
      Map<String, JsonNode> objects = new TreeMap<>();
      for (JsonNode object : parse(text)) {
        objects.put(id(object), object);
      }
      return new Rendered(text, objects);
    }

    /** The object of that id, which must be there. */
    JsonNode object(String id) {
      return Objects.requireNonNull(objects.get(id), id);
    }

    JsonNode deployment() {
      return objects.values().stream()
          .filter(object -> object.path("kind").asText().equals("Deployment"))
          .findFirst()
          .orElseThrow();
    }

    /** The arguments of the operator. */
    List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      deployment()
          .at("/spec/template/spec/containers/0/args")
          .forEach(argument -> arguments.add(argument.asText()));
      return arguments;
    }
  }

  /**
   * Renders a release called as deploy/ calls the operator, in the namespace of deploy/.
   *
   * @param values YAML; later ones are merged over earlier ones
   * @throws IllegalStateException with Helm's message
   */
  static Rendered render(String... values) {
    return renderRelease(RELEASE, RELEASE, values);
  }

  /** Renders a release of that name in that namespace. */
  static Rendered renderRelease(String release, String namespace, String... values) {
    return withValues(
        files -> {
          var template =
              helm()
                  .template()
                  .withName(release)
                  .withNamespace(namespace)
                  .withKubeVersion(ControlPlaneBinaries.KUBERNETES_VERSION);
          files.forEach(template::withValuesFile);
          return Rendered.of(template.call());
        },
        values);
  }

  /** What Helm prints after an installation, by a dry run. */
  static String notes(String... values) {
    return withValues(
        files -> {
          var install =
              helm()
                  .install()
                  .withName(RELEASE)
                  .withNamespace(RELEASE)
                  .withKubeVersion(ControlPlaneBinaries.KUBERNETES_VERSION)
                  .dryRun()
                  .clientOnly();
          files.forEach(install::withValuesFile);
          String output = install.call().getOutput();
          return output.substring(output.indexOf("NOTES:"));
        },
        values);
  }

  /** Does something with values in files, as Helm wants them. */
  static <T> T withValues(Function<List<Path>, T> use, String... values) {
    List<Path> files = new ArrayList<>();
    try {
      try {
        for (String yaml : values) {
          files.add(Files.writeString(Files.createTempFile("values-", ".yaml"), yaml));
        }
        return use.apply(files);
      } finally {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The objects of a YAML stream. */
  static List<JsonNode> parse(String yaml) {
    List<JsonNode> objects = new ArrayList<>();
    for (String document : DOCUMENT_END.split(yaml, -1)) {
      // Fabric8 takes what begins with a brace for JSON.
      Map<?, ?> object = Serialization.unmarshal("#\n" + document, Map.class);
      if (object != null && !object.isEmpty()) {
        objects.add(IN_ORDER.valueToTree(object));
      }
    }
    return objects;
  }

  static String id(JsonNode object) {
    String namespace = object.at("/metadata/namespace").asText();
    return object.path("kind").asText()
        + " "
        + (namespace.isEmpty() ? "" : namespace + "/")
        + object.at("/metadata/name").asText();
  }
}
