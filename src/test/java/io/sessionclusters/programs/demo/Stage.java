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
package io.sessionclusters.programs.demo;

import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.Kubectl;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Everything that the demo runs: a control plane with {@code deploy/} applied, the fake cloud, the
 * operator, and a source whose mirrors are there. What has been started is closed in the opposite
 * order, also after a start that went no further.
 */
final class Stage implements AutoCloseable {

  static final String SOURCE = "demo";

  private final Consumer<String> progress;
  private final Deque<Runnable> opened = new ArrayDeque<>();

  /** What there is to show. */
  record Ready(Kubectl kubectl, Path kubeconfig, LivelyCloud cloud) {}

  /**
   * @param progress takes what is done next, in a few words
   */
  Stage(Consumer<String> progress) {
    this.progress = progress;
  }

  /** Starts all of it and waits until the mirrors are there: about 15 s. */
  Ready start(Clock clock, long seed) throws InterruptedException {
    progress.accept("starting a Kubernetes API server (etcd, kube-apiserver)");
    ControlPlane plane = ControlPlane.start();
    opened.push(plane::close);

    progress.accept("installing deploy/: CRDs, roles, admission policy");
    DeployedControlPlane.deploy(plane);

    progress.accept("starting a fake API with " + LivelyCloud.SESSIONS + " sessions");
    LivelyCloud cloud = LivelyCloud.start(clock, seed);
    opened.push(cloud::close);

    progress.accept("starting the operator");
    SessionClusterOperator operator =
        SessionClusterOperator.start(
            cloud.operatorSettings(),
            plane.serviceAccount(
                DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
            Map.of());
    opened.push(operator::close);

    progress.accept("creating a SessionClusterSource; the operator makes the mirrors");
    Kubectl kubectl = plane.kubectl();
    kubectl.runWithInput(cloud.manifest(SOURCE), "apply", "-f", "-");
    kubectl.run("wait", "--for=condition=Ready", "--timeout=1m", "sessionclustersource/" + SOURCE);
    progress.accept("ready");
    return new Ready(kubectl, plane.kubeconfig(), cloud);
  }

  @Override
  public void close() {
    // A start that was interrupted leaves the flag, which would end the waiting for a child's end.
    Thread.interrupted();
    opened.forEach(Runnable::run);
  }
}
