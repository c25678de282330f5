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

import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.cloud.AmbientKeys;
import io.sessionclusters.cloud.EndpointPolicy;
import io.sessionclusters.cloud.RequestPacer;
import io.sessionclusters.cloud.RoleKeys;
import io.sessionclusters.cloud.SessionClusterLister;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.kubernetes.ApiServerPause;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * What the reconciler is made of.
 *
 * @param client for mirrors, statuses, events and Secrets
 * @param lister the cloud
 * @param pacer the same that the lister asks before each request
 * @param ambient the operator's own credentials, asked for at each poll that uses them
 * @param roles keys of the roles that sources assume
 * @param leading whether this process may write
 * @param instance name of this process in events, as the pod's name
 * @param wall for times that are shown
 * @param steady for times that are measured, see {@link SteadyClock}
 */
public record ReconcilerParts(
    KubernetesClient client,
    SessionClusterLister lister,
    RequestPacer pacer,
    AmbientKeys ambient,
    RoleKeys roles,
    OperatorSettings settings,
    BooleanSupplier leading,
    String instance,
    Clock wall,
    Clock steady) {

  EndpointPolicy endpoints() {
    return new EndpointPolicy(settings.allowedEndpoints());
  }

  SourcePoll polls(MirrorStore store) {
    return new SourcePoll(
        new CredentialsReader(client, ambient, settings.ambientNamespaces(), roles),
        pacer,
        lister,
        new ListingSlots(settings.limits().listingsInFlight()),
        store,
        new MirrorWriter(
            client, new ApiServerPause(steady), store, settings.limits().writesInFlight(), wall),
        new ForeignMirrors(client),
        wall,
        steady);
  }
}
