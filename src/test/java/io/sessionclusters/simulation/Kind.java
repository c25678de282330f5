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
package io.sessionclusters.simulation;

import org.jspecify.annotations.Nullable;

/** The kinds of objects that the API server keeps. */
enum Kind {
  SOURCE("SessionClusterSource", "sessionclusters.io/v1alpha1", "sessionclustersources", true),
  MIRROR("SessionCluster", "sessionclusters.io/v1alpha1", "sessionclusters", true),
  SECRET("Secret", "v1", "secrets", false),
  EVENT("Event", "events.k8s.io/v1", "events", false);

  private final String kindName;
  private final String apiVersion;
  private final String plural;
  private final boolean custom;

  Kind(String kindName, String apiVersion, String plural, boolean custom) {
    this.kindName = kindName;
    this.apiVersion = apiVersion;
    this.plural = plural;
    this.custom = custom;
  }

  String kindName() {
    return kindName;
  }

  String apiVersion() {
    return apiVersion;
  }

  /** In URLs. */
  String plural() {
    return plural;
  }

  /** Empty for the core group. */
  String group() {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** Whether it is defined by a CRD: with a generation, a status of its own, and no blind PUT. */
  boolean isCustom() {
    return custom;
  }

  static @Nullable Kind of(String apiVersion, String plural) {
    for (Kind kind : values()) {
      if (kind.plural.equals(plural) && kind.apiVersion.equals(apiVersion)) {
        return kind;
      }
    }
    return null;
  }
}
