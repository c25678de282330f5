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
package io.sessionclusters.e2e;

import io.sessionclusters.SessionClusterOperator;
import io.sessionclusters.fakecloud.FakeSts;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.ReadSettings;
import java.util.HashMap;
import java.util.Map;

/** An operator whose settings and whose own access key come from an environment of the test's. */
final class KeyedOperator implements AutoCloseable {

  private final SessionClusterOperator operator;

  private KeyedOperator(SessionClusterOperator operator) {
    this.operator = operator;
  }

  /**
   * Starts the operator of a scene, which must have none yet.
   *
   * @param variables more than these or others in their place: the scene's namespace is that of the
   *     operator, STS is the given one, and there is no metadata service
   */
  static KeyedOperator start(Scene scene, FakeSts sts, Map<String, String> variables)
      throws InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("OPERATOR_NAMESPACE", scene.namespace());
    environment.put("WATCH_NAMESPACES", scene.namespace());
    environment.put("ALLOWED_ENDPOINTS", "127.0.0.1:" + scene.cloud.port());
    environment.put("STS_ENDPOINT", sts.endpoint().toString());
    environment.put("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    environment.putAll(variables);
    return new KeyedOperator(
        SessionClusterOperator.start(
            ReadSettings.of(environment),
            scene.plane.serviceAccount(
                DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
            environment));
  }

  @Override
  public void close() {
    operator.close();
  }
}
