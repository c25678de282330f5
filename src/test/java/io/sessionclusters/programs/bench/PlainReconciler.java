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
package io.sessionclusters.programs.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the design buys, as a program of its own: the plainest reconciler of the same resources. At
 * every poll it applies every mirror and its status, one after another, and remembers nothing. It
 * gets the sessions for nothing: it reads the mirrors from a file and calls no cloud.
 */
@ControllerConfiguration(name = "plain")
final class PlainReconciler implements Reconciler<SessionClusterSource> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("plain")
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final List<SessionCluster> mirrors;

  private PlainReconciler(KubernetesClient client, List<SessionCluster> mirrors) {
    this.client = client;
    this.mirrors = mirrors;
  }

  /**
   * Polls until killed, and prints a line with its duration in ms after each poll.
   *
   * @param args kubeconfig, namespace, uid of the source that owns the mirrors, file of the mirrors
   *     as the API server lists them
   */
  public static void main(String... args) throws IOException {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Path.of(args[0]).toFile()))
            .build();
    Operator operator = new Operator(o -> o.withKubernetesClient(client));
    operator.register(
        new PlainReconciler(client, mirrors(Path.of(args[3]), args[1], args[2])),
        settings -> settings.settingNamespace(args[1]).withGenerationAware(true));
    operator.start();
  }

  private static List<SessionCluster> mirrors(Path file, String namespace, String owner)
      throws IOException {
    List<SessionCluster> mirrors = new ArrayList<>();
    for (JsonNode copy : MirrorCopies.read(file, namespace, owner)) {
      mirrors.add(JSON.treeToValue(copy, SessionCluster.class));
    }
    return mirrors;
  }

  @Override
  public UpdateControl<SessionClusterSource> reconcile(
      SessionClusterSource source, Context<SessionClusterSource> context) {
    long start = System.nanoTime();
    for (SessionCluster mirror : mirrors) {
      client.resource(mirror).forceConflicts().serverSideApply();
      client.resource(mirror).subresource("status").patch(APPLY);
    }
    System.out.println((System.nanoTime() - start) / 1_000_000);
    return UpdateControl.<SessionClusterSource>noUpdate().rescheduleAfter(1);
  }
}
