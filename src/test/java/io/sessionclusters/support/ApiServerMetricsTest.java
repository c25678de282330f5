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

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiServerMetricsTest {

  private static final String TEXT =
      """
      # HELP apiserver_request_total [STABLE] Counter of apiserver requests.
      # TYPE apiserver_request_total counter
      apiserver_request_total{code="201",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclusters",scope="resource",subresource="",verb="POST",version="v1alpha1"} 250
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclusters",scope="resource",subresource="status",verb="PUT",version="v1alpha1"} 1.000001e+06
      apiserver_request_total{code="409",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclusters",scope="resource",subresource="status",verb="PUT",version="v1alpha1"} 3
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclusters",scope="cluster",subresource="",verb="LIST",version="v1alpha1"} 7
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclustersources",scope="resource",subresource="status",verb="APPLY",version="v1alpha1"} 2
      apiserver_request_total{code="200",component="apiserver",dry_run="",group="sessionclusters.io",resource="sessionclusters",scope="namespace",subresource="",verb="DELETECOLLECTION",version="v1alpha1"} 1
      apiserver_request_duration_seconds_count{resource="sessionclusters",subresource="",verb="POST"} 99
      """;

  private final ApiServerMetrics metrics = ApiServerMetrics.parse(TEXT);

  @Test
  void writesToAResourceIncludeItsSubresourcesAndRefusedOnes() {
    assertThat(metrics.writes("sessionclusters")).isEqualTo(250 + 1_000_001 + 3 + 1);
    assertThat(metrics.writes("sessionclustersources")).isEqualTo(2);
  }

  @Test
  void writesToOneSubresourceLeaveOutTheRest() {
    assertThat(metrics.writes("sessionclusters", "status")).isEqualTo(1_000_004);
    assertThat(metrics.writes("sessionclusters", "")).isEqualTo(251);
  }

  @Test
  void readsAreCountedByVerb() {
    assertThat(metrics.requests("LIST", "sessionclusters")).isEqualTo(7);
    assertThat(metrics.requests("PUT", "sessionclusters")).isZero();
  }

  @Test
  void anUnknownResourceHasNone() {
    assertThat(metrics.writes("pods")).isZero();
  }
}
