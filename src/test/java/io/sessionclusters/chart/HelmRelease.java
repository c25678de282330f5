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
package io.sessionclusters.chart;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A release of the chart in a cluster.
 *
 * @param kubeconfig of the cluster
 */
public record HelmRelease(String name, String namespace, Path kubeconfig) {

  /**
   * Installs it, with its namespace.
   *
   * @param chart a folder
   * @param values YAML; later ones are merged over earlier ones
   * @return what Helm prints then
   */
  public String install(Path chart, String... values) {
    return Chart.withValues(
        files -> {
          var install =
              new Helm(chart)
                  .install()
                  .withName(name)
                  .withNamespace(namespace)
                  .createNamespace()
                  .withKubeConfig(kubeconfig);
          files.forEach(install::withValuesFile);
          return install.call().getOutput();
        },
        values);
  }

  /** Upgrades it, and resets all values that are not given. */
  public void upgrade(Path chart, String... values) {
    Function<List<Path>, String> upgrade =
        files -> {
          var command =
              new Helm(chart)
                  .upgrade()
                  .withName(name)
                  .withNamespace(namespace)
                  .resetValues()
                  .withKubeConfig(kubeconfig);
          files.forEach(command::withValuesFile);
          return command.call().getStatus();
        };
    String status = Chart.withValues(upgrade, values);
    if (!status.equals("deployed")) {
      throw new AssertionError(status);
    }
  }

  /**
   * Uninstalls it.
   *
   * @return what Helm prints then
   */
  public String uninstall() {
    return Helm.uninstall(name).withNamespace(namespace).withKubeConfig(kubeconfig).call();
  }
}
