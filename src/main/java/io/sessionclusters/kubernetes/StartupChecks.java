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

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before the informers start: an API server that answers, the CRDs, and the
 * permission to list and watch them. Says what is missing, once, and waits for it.
 *
 * @param types that are watched
 * @param namespaces that are watched; empty for all
 */
public record StartupChecks(
    KubernetesClient client, List<Class<? extends HasMetadata>> types, Set<String> namespaces) {

  private static final Logger log = LoggerFactory.getLogger(StartupChecks.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** In the place of a namespace. */
  static final String ALL = "";

  private static final ListOptions ONE = new ListOptionsBuilder().withLimit(1L).build();

  /**
   * Waits until all is there.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void await() throws InterruptedException {
    String logged = null;
    for (String missing = missing(); missing != null; missing = missing()) {
      if (!missing.equals(logged)) {
        log.warn("start postponed: {}", missing);
        logged = missing;
      }
      TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
    }
  }

  /** What is missing, in one line; null if nothing is. */
  @Nullable String missing() {
    for (Class<? extends HasMetadata> type : types) {
      String resource = HasMetadata.getFullResourceName(type);
      try {
        for (String namespace : namespaces.isEmpty() ? Set.of(ALL) : namespaces) {
          listOne(client, type, namespace);
          // A watch that is refused looks like one that broke; so the right to it is asked for.
          if (!mayWatch(type, namespace)) {
            return "missing permission: watch "
                + resource
                + (namespace.isEmpty() ? "" : " in namespace " + namespace);
          }
        }
      } catch (KubernetesClientException e) {
        return explain(resource, e);
      }
    }
    return null;
  }

  /**
   * A list of nothing but one object, which every API server has in memory.
   *
   * @param namespace {@link #ALL} for all
   */
  static KubernetesResourceList<?> listOne(
      KubernetesClient client, Class<? extends HasMetadata> type, String namespace) {
    var objects = client.resources(type);
    return namespace.equals(ALL)
        ? objects.inAnyNamespace().list(ONE)
        : objects.inNamespace(namespace).list(ONE);
  }

  private boolean mayWatch(Class<? extends HasMetadata> type, String namespace) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withGroup(HasMetadata.getGroup(type))
            .withResource(HasMetadata.getPlural(type))
            .withVerb("watch")
            .withNamespace(namespace)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client.resource(review).create().getStatus().getAllowed();
  }

  private static String explain(String resource, KubernetesClientException e) {
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_NOT_FOUND ->
          "the CRD "
              + resource
              + " is not installed: kubectl apply -k crds, or the chart with crds.install";
      case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_UNAUTHORIZED ->
          "missing permission: list " + resource + ": " + ApiServerErrors.message(e);
      default -> "the API server does not answer: " + ApiServerErrors.message(e);
    };
  }
}
