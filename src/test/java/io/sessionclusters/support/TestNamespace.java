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
package io.sessionclusters.support;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * A namespace of a single test, with a name of its own. Closing it asks for its deletion and does
 * not wait; its content is removed only while a controller manager runs.
 */
public final class TestNamespace implements AutoCloseable {

  private final KubernetesClient admin;
  private final String name;

  private TestNamespace(KubernetesClient admin, String name) {
    this.admin = admin;
    this.name = name;
  }

  public static TestNamespace create(KubernetesClient admin) {
    return new TestNamespace(
        admin,
        admin
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName("test-")
                    .endMetadata()
                    .build())
            .create()
            .getMetadata()
            .getName());
  }

  public String name() {
    return name;
  }

  @Override
  public void close() {
    admin.namespaces().withName(name).delete();
  }
}
