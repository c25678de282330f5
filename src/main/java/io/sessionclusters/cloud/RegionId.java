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
import java.util.regex.Pattern;

/**
 * A region of the API such as {@code cn-hangzhou}. The list of regions is open, so only the form is
 * checked: two letters for the area, a hyphen, the rest.
 *
 * <p>It becomes part of a host name, {@code emr-serverless-spark.<region>.aliyuncs.com}. The two
 * letters matter: {@code oss-cn-hangzhou} would make that the address of a storage bucket, which
 * anyone can own.
 *
 * @param value lower-case letters, digits and inner hyphens, 4 to 63 characters
 */
public record RegionId(String value) {

  /** The form of a region; the same pattern stands in the CRD. */
  public static final String PATTERN = "^[a-z]{2}-[a-z0-9-]{0,59}[a-z0-9]$";

  private static final Pattern COMPILED = Pattern.compile(PATTERN);

  /**
   * @throws IllegalArgumentException if the value does not have the form of a region
   */
  public RegionId {
    if (!COMPILED.matcher(value).matches()) {
      throw new IllegalArgumentException("not a region id, such as cn-hangzhou");
    }
  }

  /** The API's endpoint in this region that the internet reaches: an https URL without path. */
  public URI publicEndpoint() {
    return endpoint("emr-serverless-spark.");
  }

  /** The one that only the region's own virtual private networks reach. */
  public URI vpcEndpoint() {
    return endpoint("emr-serverless-spark-vpc.");
  }

  private URI endpoint(String service) {
    return URI.create("https://" + service + value + ".aliyuncs.com");
  }

  @Override
  public String toString() {
    return value;
  }
}
