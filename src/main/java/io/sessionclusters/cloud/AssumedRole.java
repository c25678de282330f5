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

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A RAM role that is assumed with another key, perhaps of another account.
 *
 * @param arn {@code acs:ram::<account>:role/<name>}
 * @param externalId that the role's trust policy may ask for; null for none
 * @see <a
 *     href="https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole">AssumeRole</a>
 */
public record AssumedRole(String arn, @Nullable String externalId) {

  /** The form of a role's ARN; the same pattern stands in the CRD. */
  public static final String ARN_PATTERN = "^acs:ram::[0-9]{1,32}:role/[A-Za-z0-9._-]{1,64}$";

  /** The characters of an external id; the same pattern stands in the CRD. */
  public static final String EXTERNAL_ID_PATTERN = "^[A-Za-z0-9_=,.@:/+-]*$";

  private static final Pattern ARN = Pattern.compile(ARN_PATTERN);
  private static final Pattern EXTERNAL_ID = Pattern.compile(EXTERNAL_ID_PATTERN);
  private static final int SHORTEST_EXTERNAL_ID = 2;
  private static final int LONGEST_EXTERNAL_ID = 1224;

  /**
   * @throws IllegalArgumentException naming the component that does not have its form
   */
  public AssumedRole {
    if (!ARN.matcher(arn).matches()) {
      throw new IllegalArgumentException(
          "roleArn is not the ARN of a role, such as acs:ram::1234567890123456:role/reader");
    }
    if (externalId != null
        && (externalId.length() < SHORTEST_EXTERNAL_ID
            || externalId.length() > LONGEST_EXTERNAL_ID
            || !EXTERNAL_ID.matcher(externalId).matches())) {
      throw new IllegalArgumentException(
          "externalId must have 2 to 1224 characters: letters, digits and _=,.@:/+-");
    }
  }
}
