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
package io.sessionclusters.cloud;

import java.net.URI;
import java.util.Set;

/** The API's own endpoints: two hosts a region. */
public final class Endpoints {

  private Endpoints() {}

  /**
   * The endpoint of one region.
   *
   * @return an https URL without port or path
   */
  public static URI forRegion(RegionId region, Network network) {
    return URI.create(
        "https://"
            + switch (network) {
              case PUBLIC -> publicHost(region);
              case VPC -> vpcHost(region);
            });
  }

  /** Both hosts of one region. */
  static Set<String> hosts(RegionId region) {
    return Set.of(publicHost(region), vpcHost(region));
  }

  private static String publicHost(RegionId region) {
    return "emr-serverless-spark." + region.value() + ".aliyuncs.com";
  }

  private static String vpcHost(RegionId region) {
    return "emr-serverless-spark-vpc." + region.value() + ".aliyuncs.com";
  }
}
