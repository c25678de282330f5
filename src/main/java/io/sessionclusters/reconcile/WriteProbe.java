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
package io.sessionclusters.reconcile;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import java.net.HttpURLConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tries, once in each namespace, whether mirrors may be written there: a create that is not stored
 * (dry run). Without it an operator that the admission policy refuses would look well until the
 * first session changes.
 */
final class WriteProbe {

  private static final String REMEDY =
      " Grant the operator's service account what deploy/rbac.yaml lists, the verb mirror included,"
          + " by a role that names the verbs: a wildcard does not count.";

  private final KubernetesClient client;
  private final Set<String> allowed = ConcurrentHashMap.newKeySet();

  WriteProbe(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Tries it, unless it went well before in this namespace.
   *
   * @param report of a poll of the source
   * @return the report; in its place, if all seemed well, what the API server says against writes
   * @throws KubernetesClientException if the API server does not answer
   */
  Report check(Report report, SessionClusterSource source) {
    String namespace = source.getMetadata().getNamespace();
    if (report.reason() != Reason.SUCCEEDED || allowed.contains(namespace)) {
      return report;
    }
    String denial = denial(namespace);
    if (denial != null) {
      return Report.failed(Reason.WRITE_DENIED, denial);
    }
    allowed.add(namespace);
    return report;
  }

  private @Nullable String denial(String namespace) {
    SessionCluster probe = new SessionCluster();
    probe.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withGenerateName("write-probe-")
            .addToLabels(SessionCluster.MANAGED_BY_LABEL, SessionCluster.MANAGED_BY)
            .build());
    probe.setSpec(new SessionClusterSpec("cn-hangzhou", "w-write-probe", "write-probe"));
    try {
      client.resource(probe).dryRun().create();
    } catch (KubernetesClientException e) {
      String message = e.getStatus() == null ? null : e.getStatus().getMessage();
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN || message == null) {
        throw e;
      }
      // A full namespace refuses new mirrors only, and then they say so themselves.
      if (!message.contains("exceeded quota")) {
        return "Mirrors may not be written: " + message + "." + REMEDY;
      }
    }
    return null;
  }
}
