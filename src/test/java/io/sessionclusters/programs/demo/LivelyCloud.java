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

import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.LivelyWorkspace;
import io.sessionclusters.support.ReadSettings;
import java.time.Clock;

/** The fake cloud of the demo: one access key, one workspace that does not stand still. */
final class LivelyCloud implements AutoCloseable {

  static final int SESSIONS = 36;

  /** So many sessions make three pages. */
  private static final int PAGE_SIZE = 12;

  private static final String REGION = "cn-hangzhou";
  private static final String WORKSPACE = "w-1234abcd";
  private static final String KEY_ID = "demo-key-id";
  private static final String KEY_SECRET = "demo-key-secret";

  private final FakeCloud cloud;
  private final LivelyWorkspace lively;

  private LivelyCloud(FakeCloud cloud, LivelyWorkspace lively) {
    this.cloud = cloud;
    this.lively = lively;
  }

  /**
   * Starts it on a free port.
   *
   * @param seed of the story that the workspace tells
   */
  static LivelyCloud start(Clock clock, long seed) {
    FakeCloud cloud = FakeCloud.start();
    cloud.addKey(KEY_ID, KEY_SECRET);
    FakeWorkspace workspace = cloud.workspace(REGION, WORKSPACE).maxPageSize(PAGE_SIZE);
    return new LivelyCloud(cloud, LivelyWorkspace.of(workspace, SESSIONS, seed, clock));
  }

  /** The next thing happens; returns what. */
  String tick() {
    return lively.tick();
  }

  /** An operator that may call this cloud instead of the real one. */
  OperatorSettings operatorSettings() {
    return ReadSettings.of("--allowed-endpoints=127.0.0.1:" + cloud.port());
  }

  /**
   * A source that lists this cloud, and the Secret with its key, as YAML.
   *
   * @param source the name of the source
   */
  String manifest(String source) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %1$s-access-key}
    stringData:
      accessKeyId: %2$s
      accessKeySecret: %3$s
    ---
    apiVersion: sessionclusters.io/v1alpha1
    kind: SessionClusterSource
    metadata: {name: %1$s}
    spec:
      regionId: %4$s
      workspaceId: %5$s
      endpoint: %6$s
      interval: 1s
      credentials: {secretRef: {name: %1$s-access-key}}
    """
        .formatted(source, KEY_ID, KEY_SECRET, REGION, WORKSPACE, cloud.endpoint());
  }

  @Override
  public void close() {
    cloud.close();
  }
}
