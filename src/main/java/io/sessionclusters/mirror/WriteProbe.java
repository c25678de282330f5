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
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
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
 * If that is accepted, only new ones are refused, as by a quota that is used up, and they say so
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
          "The API server failed to accept a SessionCluster, perhaps because of an admission"
              + " webhook; the operator's log has the details. It is tried again soon.");

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
   * @param outcome of a poll of the source
   * @return the outcome; in its place, if all seemed well, what the API server says against writes
   * @throws KubernetesClientException if the API server does not answer
   */
  public PollOutcome check(PollOutcome outcome, SessionClusterSource source) {
    String namespace = source.getMetadata().getNamespace();
    if (outcome.reason() != Reason.SUCCEEDED || allowed.contains(namespace)) {
      return outcome;
    }
    KubernetesClientException refusal = refusal(() -> create(namespace));
    if (refusal == null || (isOfTheObject(refusal) && canRewriteOne(namespace))) {
      allowed.add(namespace);
      return outcome;
    }
    String message = refusal.getStatus().getMessage();
    if (refusal.getCode() == HttpURLConnection.HTTP_INTERNAL_ERROR) {
      log.warn("write probe failed: {}", message);
      return FAILING;
    }
    String said = TextSanitizer.of(message, MAX_MESSAGE);
    return PollOutcome.failed(
        Reason.WRITE_DENIED,
        "Cannot create SessionClusters: "
            + (said.endsWith(".") ? said : said + ".")
            + (refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN ? REMEDY : ""));
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

  private boolean canRewriteOne(String namespace) {
    Optional<Mirror> one = store.all(namespace).filter(Mirror::managed).findFirst();
    return one.isPresent() && refusal(() -> rewrite(one.get())) == null;
  }

  private void rewrite(Mirror mirror) {
    SessionCluster object = client.resource(mirror.toObject()).get();
    if (object != null) {
      client.resource(object).dryRun().updateStatus();
    }
  }

  /** What the API server says against a write; null if it takes it. */
  private static @Nullable KubernetesClientException refusal(Runnable write) {
    try {
      write.run();
      return null;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        // Of the stored object: what refuses writes was asked before and took it.
        return null;
      }
      if (e.getStatus() == null || e.getStatus().getMessage() == null || !isAnswer(e.getCode())) {
        throw e;
      }
      return e;
    }
  }

  private static boolean isAnswer(int code) {
    return code >= HttpURLConnection.HTTP_BAD_REQUEST
        && code <= HttpURLConnection.HTTP_INTERNAL_ERROR
        && code != HttpURLConnection.HTTP_UNAUTHORIZED
        && code != HttpURLConnection.HTTP_CLIENT_TIMEOUT
        && code != TOO_MANY_REQUESTS;
  }

  /**
   * Whether the object is refused, as by a quota or a policy. What refuses the account, whatever it
   * creates, names no object in the details of its answer.
   */
  private static boolean isOfTheObject(KubernetesClientException refusal) {
    StatusDetails details = refusal.getStatus().getDetails();
    return refusal.getCode() != HttpURLConnection.HTTP_INTERNAL_ERROR
        && details != null
        && details.getName() != null
        && !details.getName().isEmpty();
  }
}
