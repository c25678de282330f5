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
package io.sessionclusters.mapping;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import java.util.Map;

/** How an object of the operator says whose it is: a source's mirror, and a mirror's Secret. */
public final class Ownership {

  private Ownership() {}

  /** The labels of all that is made for a source. */
  public static Map<String, String> labels(String source) {
    return Map.of(
        SessionCluster.MANAGED_BY_LABEL,
        SessionCluster.MANAGED_BY,
        SessionCluster.SOURCE_LABEL,
        source);
  }

  /** The owner reference to a source or to a mirror. */
  public static OwnerReference controller(String kind, String name, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(SessionCluster.GROUP + "/" + SessionCluster.VERSION)
        .withKind(kind)
        .withName(name)
        .withUid(uid)
        .withController(true)
        // The owner goes at once, whatever holds the object.
        .withBlockOwnerDeletion(false)
        .build();
  }

  /** Whether an owner is of that kind of ours, in whatever version. */
  public static boolean isOurs(String kind, String ownerApiVersion, String ownerKind) {
    return ownerApiVersion.startsWith(SessionCluster.GROUP + "/") && ownerKind.equals(kind);
  }
}
