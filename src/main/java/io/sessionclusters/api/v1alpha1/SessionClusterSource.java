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
package io.sessionclusters.api.v1alpha1;

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.BOOLEAN;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.INTEGER;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Objects;

/**
 * A query for session clusters: the operator lists what matches it and keeps one {@link
 * SessionCluster} for each in the same namespace.
 */
@Group(SessionCluster.GROUP)
@Version(SessionCluster.VERSION)
@Kind(SessionClusterSource.KIND)
@Plural(SessionClusterSource.PLURAL)
@Singular("sessionclustersource")
@ShortNames("sscs")
// Only what is made is judged: a rule on what is stored would refuse each write of the status.
@ValidationRule(
    value = "oldSelf.hasValue() || self.metadata.name.size() <= 63",
    optionalOldSelf = true,
    message =
        "metadata.name must have at most 63 characters, because it becomes a label of each mirror")
@AdditionalPrinterColumn(name = "Workspace", jsonPath = ".spec.workspaceId", type = STRING)
@AdditionalPrinterColumn(name = "Region", jsonPath = ".spec.regionId", type = STRING)
@AdditionalPrinterColumn(name = "Sessions", jsonPath = ".status.sessionClusters", type = INTEGER)
@AdditionalPrinterColumn(name = "Running", jsonPath = ".status.states.Running", type = INTEGER)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = DATE)
@AdditionalPrinterColumn(
    name = "Suspended",
    jsonPath = ".spec.suspend",
    priority = 1,
    type = BOOLEAN)
@AdditionalPrinterColumn(
    name = "Last list",
    jsonPath = ".status.lastListTime",
    priority = 1,
    type = DATE)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1,
    type = STRING)
public class SessionClusterSource
    extends CustomResource<SessionClusterSourceSpec, SessionClusterSourceStatus>
    implements Namespaced {

  public static final String KIND = "SessionClusterSource";
  public static final String PLURAL = "sessionclustersources";

  /**
   * Annotation: any new value asks for a listing now; its first 256 characters count. They are
   * echoed in {@link SessionClusterSourceStatus#lastHandledRequest()} once the attempt was made,
   * whether it succeeded or not.
   */
  public static final String REQUESTED_AT = SessionCluster.GROUP + "/requested-at";

  /**
   * Annotation: lets the held removals go whose token it names, see {@link
   * SessionClusterSourceStatus.PendingPrune#token()}.
   */
  public static final String CONFIRM_PRUNE = SessionCluster.GROUP + "/confirm-prune";

  /** Counts the edits of its spec; 0 where the API server has not counted. */
  public long generation() {
    return Objects.requireNonNullElse(getMetadata().getGeneration(), 0L);
  }
}
