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
package io.sessionclusters.mirror;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.cloud.TextSanitizer;
import io.sessionclusters.status.PollOutcome;
import io.sessionclusters.status.Reason;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries, once in each namespace, whether mirrors may be written there: a create that is not stored
 * (dry run). Without it an operator that the admission policy refuses would look well until the
 * first session changes.
 *
 * <p>Where this one may not be created, one that is there is written as it is, not stored either.
 * If that is taken, only new ones are refused, as by a quota that is used up, and they say so
 * themselves as soon as there is one.
 */
public final class WriteProbe {

  private static final Logger log = LoggerFactory.getLogger(WriteProbe.class);

  private static final String REMEDY =
      " Grant the rules in deploy/rbac.yaml, naming the verb mirror explicitly; wildcards do not"
          + " count.";

  private static final PollOutcome FAILING =
      PollOutcome.failed(
          Reason.WRITE_FAILED,
          "Kubernetes fails to take mirrors (an admission webhook, perhaps: the operator's log has"
              + " its words); it is asked again soon.");

  private static final int TOO_MANY_REQUESTS = 429;

  private static final int MAX_MESSAGE = 1024;

  /** The same each time: it is in what the API server says against it. */
  private static final String NAME = "write-probe";

  private final KubernetesClient client;
  private final MirrorStore store;
  private final Set<String> allowed = ConcurrentHashMap.newKeySet();

  public WriteProbe(KubernetesClient client, MirrorStore store) {
    this.client = client;
    this.store = store;
  }

  /**
   * Tries it, unless it went well before in this namespace.
   *
   * @param report of a poll of the source
   * @return the report; in its place, if all seemed well, what the API server says against writes
   * @throws KubernetesClientException if the API server does not answer
   */
  public PollOutcome check(PollOutcome report, SessionClusterSource source) {
    String namespace = source.getMetadata().getNamespace();
    if (report.reason() != Reason.SUCCEEDED || allowed.contains(namespace)) {
      return report;
    }
    Refusal refusal = refusal(() -> create(namespace));
    if (refusal != null && refusal.isOfTheObject()) {
      Optional<Mirror> there = store.all(namespace).filter(Mirror::managed).findFirst();
      if (there.isPresent() && refusal(() -> rewrite(there.get())) == null) {
        refusal = null;
      }
    }
    if (refusal != null) {
      return refusal.report();
    }
    allowed.add(namespace);
    return report;
  }

  private void create(String namespace) {
    SessionCluster probe = new SessionCluster();
    probe.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(NAME)
            .addToLabels(SessionCluster.MANAGED_BY_LABEL, SessionCluster.MANAGED_BY)
            .build());
    probe.setSpec(new SessionClusterSpec("cn-hangzhou", "w-write-probe", NAME));
    client.resource(probe).dryRun().create();
  }

  private void rewrite(Mirror mirror) {
    Resource<SessionCluster> resource = client.resource(mirror.toObject());
    SessionCluster object = resource.get();
    if (object != null) {
      client.resource(object).dryRun().updateStatus();
    }
  }

  /**
   * What the API server says against a write.
   *
   * @param isOfTheObject whether the object is refused, as by a quota or a policy; what refuses the
   *     account, whatever it creates, names no object
   */
  private record Refusal(PollOutcome report, boolean isOfTheObject) {}

  /** What the API server says against a write; null if it takes it. */
  private static @Nullable Refusal refusal(Runnable write) {
    try {
      write.run();
      return null;
    } catch (KubernetesClientException e) {
      String message = e.getStatus() == null ? null : e.getStatus().getMessage();
      int code = e.getCode();
      if (code == HttpURLConnection.HTTP_CONFLICT) {
        // Of the stored object: what refuses writes was asked before and took it.
        return null;
      }
      if (message != null && isDenial(code)) {
        PollOutcome denied =
            PollOutcome.failed(
                Reason.WRITE_DENIED,
                "Cannot create SessionClusters: "
                    + sentence(TextSanitizer.of(message, MAX_MESSAGE))
                    + (code == HttpURLConnection.HTTP_FORBIDDEN ? REMEDY : ""));
        return new Refusal(denied, namesAnObject(e.getStatus()));
      }
      if (message != null && code == HttpURLConnection.HTTP_INTERNAL_ERROR) {
        log.warn("mirrors cannot be written: {}", message);
        return new Refusal(FAILING, false);
      }
      throw e;
    }
  }

  private static boolean namesAnObject(Status status) {
    return status.getDetails() != null
        && status.getDetails().getName() != null
        && !status.getDetails().getName().isEmpty();
  }

  private static boolean isDenial(int code) {
    return code >= HttpURLConnection.HTTP_BAD_REQUEST
        && code < HttpURLConnection.HTTP_INTERNAL_ERROR
        && code != HttpURLConnection.HTTP_UNAUTHORIZED
        && code != HttpURLConnection.HTTP_CLIENT_TIMEOUT
        && code != TOO_MANY_REQUESTS;
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text : text + ".";
  }
}
