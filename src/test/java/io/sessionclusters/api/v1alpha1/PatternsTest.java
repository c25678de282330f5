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
package io.sessionclusters.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.RegionId;
import io.sessionclusters.cloud.WorkspaceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CRD refuses what the client would refuse, so that nobody learns it from a condition. */
class PatternsTest {

  @Test
  void theCrdAndTheClientHaveTheSamePatterns() {
    assertThat(SessionClusterSourceSpec.REGION_PATTERN).isEqualTo(RegionId.PATTERN);
    assertThat(SessionClusterSourceSpec.WORKSPACE_PATTERN).isEqualTo(WorkspaceId.PATTERN);
    assertThat(SessionClusterSourceSpec.ROLE_ARN_PATTERN).isEqualTo(AssumedRole.ARN_PATTERN);
    assertThat(SessionClusterSourceSpec.EXTERNAL_ID_PATTERN)
        .isEqualTo(AssumedRole.EXTERNAL_ID_PATTERN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cn-beijing", "cn-zhangjiakou", "cn-wulanchabu", "cn-hangzhou", "cn-shanghai",
        "cn-shenzhen", "cn-chengdu", "cn-hongkong", "ap-northeast-1", "ap-southeast-1",
        "ap-southeast-5", "na-south-1", "eu-central-1", "us-west-1", "us-east-1"
      })
  void everyDocumentedRegionIsOne(String region) {
    assertThat(region).matches(SessionClusterSourceSpec.REGION_PATTERN);
  }
}
