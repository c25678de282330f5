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
package io.sessionclusters.deploy;

import java.util.ArrayList;
import java.util.List;

/** Manifests of mirrors and of their source, and who applies them. */
final class Mirrors {

  private Mirrors() {}

  /** A mirror without owner. */
  static String yaml(String namespace, String name) {
    return """
    apiVersion: sessionclusters.io/v1alpha1
    kind: SessionCluster
    metadata:
      namespace: %s
      name: %s
    spec:
      regionId: cn-hangzhou
      workspaceId: w-1234abcd
      sessionClusterId: SC-%s
    """
        .formatted(namespace, name, name);
  }

  /** A mirror that the source controls. */
  static String ownedYaml(String namespace, String name, String source, String sourceUid) {
    return yaml(namespace, name)
        .replace(
            "spec:",
            """
              ownerReferences:
                - apiVersion: sessionclusters.io/v1alpha1
                  kind: SessionClusterSource
                  name: %s
                  uid: %s
                  controller: true
                  blockOwnerDeletion: false
            spec:\
            """
                .formatted(source, sourceUid));
  }

  static String sourceYaml(String namespace, String name) {
    return """
    apiVersion: sessionclusters.io/v1alpha1
    kind: SessionClusterSource
    metadata:
      namespace: %s
      name: %s
    spec:
      regionId: cn-hangzhou
      workspaceId: w-1234abcd
    """
        .formatted(namespace, name);
  }

  /** kubectl's arguments followed by those that make it act as a service account. */
  static String[] as(String accountNamespace, String account, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--as=system:serviceaccount:" + accountNamespace + ":" + account);
    all.add("--as-group=system:serviceaccounts");
    all.add("--as-group=system:serviceaccounts:" + accountNamespace);
    all.add("--as-group=system:authenticated");
    return all.toArray(String[]::new);
  }
}
