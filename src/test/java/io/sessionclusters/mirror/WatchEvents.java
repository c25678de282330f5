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
package io.sessionclusters.mirror;

import java.util.List;
import java.util.stream.IntStream;

/** What a watch of mirrors sends. */
public final class WatchEvents {

  private WatchEvents() {}

  /**
   * Events of different mirrors.
   *
   * @param from number of the first mirror
   */
  public static List<String> of(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(WatchEvents::event).toList();
  }

  /** As the API server sends one, of about 3 KB with what it manages. */
  private static String event(int i) {
    return """
    {"type":"MODIFIED","object":{"apiVersion":"sessionclusters.io/v1alpha1","kind":"SessionCluster",\
    "metadata":{"creationTimestamp":"2026-11-22T00:00:00Z","generation":1,\
    "labels":{"app.kubernetes.io/managed-by":"session-cluster-operator","sessionclusters.io/source":"hangzhou"},\
    "managedFields":[%s],"name":"sc-%d","namespace":"team-a",\
    "ownerReferences":[{"apiVersion":"sessionclusters.io/v1alpha1","blockOwnerDeletion":false,"controller":true,\
    "kind":"SessionClusterSource","name":"hangzhou","uid":"5f0c6f5e-0000-4000-8000-000000000000"}],\
    "resourceVersion":"%d","uid":"%d"},\
    "spec":{"regionId":"cn-hangzhou","sessionClusterId":"sc-%d","workspaceId":"w-1234abcd"},\
    "status":{"applicationConfigs":[%s],\
    "autoStartConfiguration":{"enable":true},"autoStopConfiguration":{"enable":true,"idleTimeoutMinutes":45},\
    "conditions":[{"lastTransitionTime":"2026-11-22T00:00:00Z","message":"","observedGeneration":1,"reason":"Listed","status":"True","type":"Synced"},\
    {"lastTransitionTime":"2026-11-22T00:00:00Z","message":"","observedGeneration":1,"reason":"Running","status":"True","type":"Running"}],\
    "createTime":"2026-11-22T00:00:00Z","displayReleaseVersion":"esr-2.1 (Spark 3.3.1, Scala 2.12)","domainInner":"inner.example.com",\
    "fusion":false,"kind":"SQL","name":"adhoc %d","observedGeneration":1,"queueName":"root_queue","releaseVersion":"esr-2.1",\
    "startTime":"2026-11-22T00:00:00Z","state":"Running","userId":"1509789347011222","userName":"alice","webUI":"https://emr.example.com/ui"}}}\
    """
        .formatted(
            MANAGED + "," + MANAGED, i, i + 10, i, i, CONFIG + "," + CONFIG + "," + CONFIG, i);
  }

  private static final String CONFIG =
      "{\"configFileName\":\"spark-defaults.conf\",\"configItemKey\":\"spark.app.name\","
          + "\"configItemValue\":\"test\"}";

  private static final String MANAGED =
      "{\"apiVersion\":\"sessionclusters.io/v1alpha1\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":"
          + "{\"f:status\":{\"f:name\":{},\"f:state\":{},\"f:kind\":{},\"f:userId\":{},\"f:conditions\":{}}},"
          + "\"manager\":\"operator\",\"operation\":\"Update\",\"time\":\"2026-11-22T00:00:00Z\"}";
}
