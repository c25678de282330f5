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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPolicyTest {

  private static final RegionId REGION = new RegionId("cn-hangzhou");

  private static final EndpointPolicy POLICY =
      new EndpointPolicy(
          Set.of(
              "Gateway.example.com",
              "gateway.example.com:8443",
              "127.0.0.1:18080",
              "localhost",
              "[::1]:18080",
              "10.0.0.1:443",
              "example.com.",
              "plain.example.com:80"));

  @Test
  void derivesBothEndpointsOfARegionAndAllowsThem() {
    assertThat(REGION.publicEndpoint())
        .hasToString("https://emr-serverless-spark.cn-hangzhou.aliyuncs.com");
    assertThat(REGION.vpcEndpoint())
        .hasToString("https://emr-serverless-spark-vpc.cn-hangzhou.aliyuncs.com");
    for (URI endpoint : List.of(REGION.publicEndpoint(), REGION.vpcEndpoint())) {
      assertThat(new EndpointPolicy(Set.of()).check(endpoint.toString(), REGION))
          .isEqualTo(endpoint);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://EMR-serverless-spark.cn-hangzhou.aliyuncs.com:443/,"
        + "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com",
    "HTTPS://gateway.EXAMPLE.com,https://gateway.example.com",
    "https://gateway.example.com:8443/,https://gateway.example.com:8443",
    "http://127.0.0.1:18080,http://127.0.0.1:18080",
    "https://127.0.0.1:18080,https://127.0.0.1:18080",
    "http://localhost/,http://localhost",
    "http://localhost:80,http://localhost",
    "http://[::1]:18080,http://[::1]:18080",
    "https://10.0.0.1,https://10.0.0.1",
    "https://example.com.,https://example.com."
  })
  void allows(String url, String endpoint) {
    assertThat(POLICY.check(url, REGION)).hasToString(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://emr-serverless-spark.cn-beijing.aliyuncs.com",
        "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com:8443",
        "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com.",
        "https://emr-serverless-spark.cn-hangzhou.aliyuncs.com.evil.example",
        "https://evil.emr-serverless-spark.cn-hangzhou.aliyuncs.com",
        "https://emr-serverless-spark.oss-cn-hangzhou.aliyuncs.com",
        "https://bucket.oss-cn-hangzhou.aliyuncs.com",
        "https://other.example.com",
        "https://sub.gateway.example.com",
        "https://gateway.example.com:9999",
        "https://gateway.example.com:0",
        "https://gateway.example.com:99999",
        "https://127.0.0.1",
        "https://127.0.0.1:1",
        "http://127.0.0.1",
        "http://localhost:18080",
        "https://[::1]",
        "https://100.100.100.200",
        "https://169.254.169.254",
        "https://2130706433:18080",
        "https://0x7f.1:18080",
        "https://127.1:18080",
        "https://gateway.example.com..",
        "http://gateway.example.com",
        "http://plain.example.com",
        "http://emr-serverless-spark.cn-hangzhou.aliyuncs.com",
        "ftp://gateway.example.com",
        "gateway.example.com",
        "//gateway.example.com",
        "https:gateway.example.com",
        "https://",
        "https:///x",
        "https://:443",
        "https://gateway.example.com/path",
        "https://gateway.example.com//",
        "https://gateway.example.com?",
        "https://gateway.example.com/?x=y",
        "https://gateway.example.com#",
        "https://gateway.example.com\\@evil.example",
        "https://gateway.example.com%2eevil.example",
        "https://gateway_.example.com",
        "https://gatewаy.example.com",
        "https://ｇateway.example.com",
        "https://gateway.example.com\r\nHost:evil",
        " https://gateway.example.com",
        ""
      })
  void refuses(String url) {
    assertThatThrownBy(() -> POLICY.check(url, REGION))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("The endpoint")
        .hasSizeLessThan(512)
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user:hush@gateway.example.com",
        "https://hush@gateway.example.com",
        "https://@gateway.example.com",
        "https://gateway.example.com:hush@evil.example",
        "https://user:hu sh@gateway.example.com"
      })
  void refusesAUserAndDoesNotRepeatIt(String url) {
    assertThatThrownBy(() -> POLICY.check(url, REGION))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oss-cn-hangzhou",
        "img-cn-hangzhou",
        "vpc100-oss-cn-hangzhou",
        "cn",
        "cn-",
        "cn-a.evil",
        "CN-hangzhou",
        "cn-hangzhou-",
        "cn-hang/zhou",
        "cn-hangzhou\n",
        ""
      })
  void aRegionThatWouldMakeAnotherServicesHostIsNone(String region) {
    assertThatThrownBy(() -> new RegionId(region)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cn-hangzhou",
        "ap-southeast-1",
        "na-south-1",
        "us-east-1",
        "cn-shanghai-finance-1"
      })
  void theseAreRegions(String region) {
    assertThat(new RegionId(region)).hasToString(region);
  }
}
