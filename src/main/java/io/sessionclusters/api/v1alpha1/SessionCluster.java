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

import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.DATE;
import static io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type.STRING;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The read-only mirror of one session cluster of EMR Serverless Spark.
 *
 * <p>{@code spec} is its identity, {@code status} what the API last returned for it. Only the
 * operator writes it. It has no condition {@code Ready}: a stopped session is a correct mirror, not
 * an unhealthy object.
 */
// Plural, singular and kind are written out: without them Fabric8 derives them by regular
// expressions in every constructor call.
@Group(SessionCluster.GROUP)
@Version(SessionCluster.VERSION)
@Kind(SessionCluster.KIND)
@Plural(SessionCluster.PLURAL)
@Singular("sessioncluster")
@ShortNames("ssc")
@AdditionalPrinterColumn(name = "Session", jsonPath = ".status.name", type = STRING)
@AdditionalPrinterColumn(name = "Kind", jsonPath = ".status.kind", type = STRING)
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state", type = STRING)
@AdditionalPrinterColumn(
    name = "Since",
    jsonPath = ".status.conditions[?(@.type==\"Running\")].lastTransitionTime",
    type = DATE)
@AdditionalPrinterColumn(name = "Queue", jsonPath = ".status.queueName", type = STRING)
@AdditionalPrinterColumn(
    name = "Release",
    jsonPath = ".status.displayReleaseVersion",
    type = STRING)
@AdditionalPrinterColumn(name = "Created", jsonPath = ".status.createTime", type = DATE)
@AdditionalPrinterColumn(
    name = "Workspace",
    jsonPath = ".spec.workspaceId",
    priority = 1,
    type = STRING)
@AdditionalPrinterColumn(name = "Region", jsonPath = ".spec.regionId", priority = 1, type = STRING)
@AdditionalPrinterColumn(name = "User", jsonPath = ".status.userName", priority = 1, type = STRING)
@AdditionalPrinterColumn(name = "Domain", jsonPath = ".status.domain", priority = 1, type = STRING)
@AdditionalPrinterColumn(name = "Web UI", jsonPath = ".status.webUI", priority = 1, type = STRING)
public class SessionCluster extends CustomResource<SessionClusterSpec, SessionClusterStatus>
    implements Namespaced {

  /** API group of both resources. */
  public static final String GROUP = "sessionclusters.io";

  /** API version of both resources. */
  public static final String VERSION = "v1alpha1";

  public static final String KIND = "SessionCluster";
  public static final String PLURAL = "sessionclusters";

  /** Label of every mirror: the name of the source that lists it. */
  public static final String SOURCE_LABEL = GROUP + "/source";

  /** Label of every mirror, always {@link #MANAGED_BY}. */
  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

  public static final String MANAGED_BY = "session-cluster-operator";
}
