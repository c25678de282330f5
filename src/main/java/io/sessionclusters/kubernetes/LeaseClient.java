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

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.config.OperatorSettings.LeaderElection;
import org.jspecify.annotations.Nullable;

/** The requests that an election takes; each fails with {@code KubernetesClientException}. */
public interface LeaseClient {

  /** The lease; null if there is none. */
  @Nullable Lease get();

  /** Makes the lease; fails with 409 if there is one. */
  void create(Lease lease);

  /** Changes the lease; fails with 409 if it is no longer of the version that it names. */
  void update(Lease lease);

  /** To the API server. */
  static LeaseClient of(KubernetesClient client, LeaderElection election) {
    return new LeaseClient() {
      @Override
      public @Nullable Lease get() {
        return client
            .leases()
            .inNamespace(election.namespace())
            .withName(election.leaseName())
            .get();
      }

      @Override
      public void create(Lease lease) {
        client.leases().inNamespace(election.namespace()).resource(lease).create();
      }

      @Override
      public void update(Lease lease) {
        client
            .leases()
            .inNamespace(election.namespace())
            .resource(lease)
            .lockResourceVersion(lease.getMetadata().getResourceVersion())
            .update();
      }
    };
  }
}
