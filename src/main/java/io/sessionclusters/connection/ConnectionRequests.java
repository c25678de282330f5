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
package io.sessionclusters.connection;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.kubernetes.ApiServerErrors;
import io.sessionclusters.kubernetes.ApiServerThrottle;
import io.sessionclusters.mapping.Ownership;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the connection Secrets of one source take. A Secret is read before anything is
 * done to it, and what is done names the version that was read: a resource version belongs to one
 * object only, so one that was made anew meanwhile is neither changed nor removed.
 */
final class ConnectionRequests {

  private final KubernetesClient client;
  private final ApiServerThrottle throttle;
  private final ResourceID source;
  private final BooleanSupplier stillWanted;

  /**
   * @param stillWanted asked after each pause that the API server asked for
   */
  ConnectionRequests(
      KubernetesClient client,
      ApiServerThrottle throttle,
      ResourceID source,
      BooleanSupplier stillWanted) {
    this.client = client;
    this.throttle = throttle;
    this.source = source;
    this.stillWanted = stillWanted;
  }

  /** The mirror that owns a Secret. */
  record Owner(String name, String uid) {}

  /** What was found, or made. */
  enum SecretResult {
    /** The Secret is there and right. */
    KEPT,
    /** One of an earlier mirror of that name is there, which the garbage collector will remove. */
    AWAITS_COLLECTION,
    /** A Secret of others has the name. */
    TAKEN
  }

  /**
   * Reads a Secret, and writes it where it is not what it shall be.
   *
   * @throws KubernetesClientException if a request is refused or fails; without the token, whatever
   *     the API server or a webhook said
   * @throws InterruptedException if the calling thread is interrupted in a pause
   */
  SecretResult keep(String name, Owner owner, Connection connection) throws InterruptedException {
    Secret found = read(name);
    try {
      return keep(found, name, owner, connection);
    } catch (KubernetesClientException e) {
      throw withoutToken(e, found, connection);
    }
  }

  private SecretResult keep(@Nullable Secret found, String name, Owner owner, Connection connection)
      throws InterruptedException {
    if (found != null) {
      Owned owned = ownership(found, owner);
      if (owned == Owned.FOREIGN) {
        return SecretResult.TAKEN;
      }
      if (owned == Owned.PREDECESSORS || found.isMarkedForDeletion()) {
        return SecretResult.AWAITS_COLLECTION;
      }
      if (Connection.SECRET_TYPE.equals(found.getType())
          && !Boolean.TRUE.equals(found.getImmutable())) {
        Secret desired = desired(new SecretBuilder(found), owner, connection);
        if (!desired.equals(found)) {
          send(() -> client.secrets().resource(desired).update());
        }
        return SecretResult.KEPT;
      }
      // Neither can be changed in an object that is there.
      delete(found);
    }
    SecretBuilder nothing =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace())
            .withName(name)
            .endMetadata()
            .withType(Connection.SECRET_TYPE);
    send(() -> client.secrets().resource(desired(nothing, owner, connection)).create());
    return SecretResult.KEPT;
  }

  /**
   * Removes a Secret, if it is the mirror's.
   *
   * @throws KubernetesClientException as {@link #keep}
   */
  void remove(String name, Owner owner) throws InterruptedException {
    Secret found = read(name);
    if (found != null && ownership(found, owner) == Owned.OURS) {
      try {
        delete(found);
      } catch (KubernetesClientException e) {
        throw withoutToken(e, found, null);
      }
    }
  }

  private @Nullable Secret read(String name) throws InterruptedException {
    return send(() -> client.secrets().inNamespace(namespace()).withName(name).get());
  }

  private void delete(Secret found) throws InterruptedException {
    send(
        () ->
            client
                .secrets()
                .resource(found)
                .lockResourceVersion(found.getMetadata().getResourceVersion())
                .delete());
  }

  /** What it shall be; labels and annotations that others put there stay. */
  private Secret desired(SecretBuilder from, Owner owner, Connection connection) {
    return from.editMetadata()
        .addToLabels(Ownership.labels(source.getName()))
        // No other owner: it would keep the token beyond the mirror's end.
        .withOwnerReferences(
            List.of(Ownership.controller(SessionCluster.KIND, owner.name(), owner.uid())))
        .endMetadata()
        .withData(connection.encoded())
        .build();
  }

  private enum Owned {
    OURS,
    PREDECESSORS,
    FOREIGN
  }

  private static Owned ownership(Secret secret, Owner mirror) {
    List<OwnerReference> owners =
        Objects.requireNonNullElse(secret.getMetadata().getOwnerReferences(), List.of());
    for (OwnerReference owner : owners) {
      if (Boolean.TRUE.equals(owner.getController())
          && Ownership.isOurs(SessionCluster.KIND, owner.getApiVersion(), owner.getKind())
          && owner.getName().equals(mirror.name())) {
        return owner.getUid().equals(mirror.uid()) ? Owned.OURS : Owned.PREDECESSORS;
      }
    }
    return Owned.FOREIGN;
  }

  private <T> T send(Supplier<T> request) throws InterruptedException {
    return throttle.send(request, stillWanted);
  }

  private String namespace() {
    return source.getNamespace().orElse("");
  }

  /** The same failure without the token, and without its cause, which has the first words too. */
  private static KubernetesClientException withoutToken(
      KubernetesClientException e, @Nullable Secret found, @Nullable Connection connection) {
    if (e.getCause() instanceof InterruptedException) {
      return e;
    }
    Status status = e.getStatus();
    String said = ApiServerErrors.message(e);
    if (found != null && found.getData() != null) {
      said = Connection.hide(found.getData(), said);
    }
    if (connection != null) {
      said = Connection.hide(connection.encoded(), said);
    }
    return status == null
        ? new KubernetesClientException(said)
        : new KubernetesClientException(
            said, e.getCode(), new StatusBuilder(status).withMessage(said).build());
  }
}
