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
package io.sessionclusters.programs.crds;

import static java.util.Comparator.comparingInt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Adds what the generator has no annotation for: categories, the form of conditions and times,
 * descriptions of types that are not ours; and removes rules that it writes twice.
 */
final class CrdPolish implements CRDPostProcessor {

  private static final Set<String> TIMES = Set.of("createTime", "startTime", "lastListTime");

  private static final Map<String, String> CONDITION_FIELDS =
      Map.of(
          "type", "Name of the condition.",
          "status", "True, False or Unknown.",
          "reason", "Why the status is what it is, in one word; one of a closed set.",
          "message", "Human-readable details and remedy.",
          "lastTransitionTime", "When the status last changed.",
          "observedGeneration", "Generation of the object that the condition belongs to.");

  /**
   * A source that no operator has looked at: to kstatus one of an older generation, so InProgress,
   * and not Current, as it would be without any status.
   */
  private static final JsonNode UNSEEN =
      JsonNodeFactory.instance.objectNode().put("observedGeneration", -1);

  @Override
  public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
    CustomResourceDefinition crd = (CustomResourceDefinition) resource;
    crd.getSpec().getNames().setCategories(List.of("emr-spark"));
    boolean mirror = crd.getSpec().getNames().getKind().equals(SessionCluster.KIND);
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    version
        .getAdditionalPrinterColumns()
        .sort(comparingInt(c -> columnsOf(mirror).indexOf(c.getName())));
    // The API server leaves out what is the default; with it, every `kubectl apply` sees a change.
    version
        .getAdditionalPrinterColumns()
        .forEach(c -> c.setPriority(Objects.equals(c.getPriority(), 0) ? null : c.getPriority()));
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(
        mirror
            ? "The read-only mirror of one session cluster of EMR Serverless Spark. Only the"
                + " operator writes it; change the session in EMR Serverless Spark."
            : "A query for session clusters of EMR Serverless Spark: the operator lists what"
                + " matches it and keeps one SessionCluster for each in the same namespace.");
    root.setRequired(List.of("spec"));
    property(root, "spec")
        .setDescription(mirror ? "Which session this is; never changes." : "What to list.");
    property(root, "status")
        .setDescription(
            mirror
                ? "What the API last returned for the session."
                : "Observed state of the source.");
    if (!mirror) {
      property(root, "status").setDefault(UNSEEN);
    }
    polish(root);
    return crd;
  }

  /** The columns in the order of their annotations; the generator sorts them by path. */
  private static List<String> columnsOf(boolean mirror) {
    Class<?> type = mirror ? SessionCluster.class : SessionClusterSource.class;
    return Stream.of(type.getAnnotationsByType(AdditionalPrinterColumn.class))
        .map(AdditionalPrinterColumn::name)
        .toList();
  }

  private void polish(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      List<ValidationRule> once =
          new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations()));
      schema.setXKubernetesValidations(once);
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach(
              (name, property) -> {
                if (TIMES.contains(name)) {
                  property.setFormat("date-time");
                }
                if (name.equals("observedGeneration")) {
                  property.setFormat("int64");
                }
                if (name.equals("conditions")) {
                  conditions(property);
                }
                polish(property);
              });
    }
    if (schema.getItems() != null) {
      polish(schema.getItems().getSchema());
    }
  }

  /** Conditions are a map by type, so that two appliers can own one each. */
  private static void conditions(JSONSchemaProps list) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of("type"));
    JSONSchemaProps condition = list.getItems().getSchema();
    condition.setRequired(List.of("type", "status", "lastTransitionTime", "reason", "message"));
    condition
        .getProperties()
        .forEach((name, field) -> field.setDescription(CONDITION_FIELDS.get(name)));
    property(condition, "lastTransitionTime").setFormat("date-time");
  }

  private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }
}
