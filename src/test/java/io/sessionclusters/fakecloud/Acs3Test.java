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
package io.sessionclusters.fakecloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.fakecloud.RawRequest.Header;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class Acs3Test {

  private static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** Published in the vendor's documentation. */
  @Test
  void signsTheVendorsExample() {
    var signed =
        sign(
            "POST",
            "/",
            "ecs.cn-shanghai.aliyuncs.com",
            "RunInstances",
            "2014-05-26",
            "2023-10-26T10:22:32Z",
            Map.of(
                "ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
                "RegionId", "cn-shanghai"));

    assertThat(signed.stringToSign())
        .isEqualTo(
            "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
    assertThat(signed.signature("YourAccessKeySecret"))
        .isEqualTo("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
  }

  /** Computed with the vendor's own Java library. */
  @Test
  void signsAListing() {
    var signed =
        sign(
            "GET",
            "/api/v1/workspaces/w-1234abcd/sessionClusters",
            "emr-serverless-spark.cn-hangzhou.aliyuncs.com",
            "ListSessionClusters",
            "2023-08-08",
            "2026-11-22T00:00:00Z",
            Map.of("maxResults", "100", "nextToken", "1", "regionId", "cn-hangzhou"));

    assertThat(signed.stringToSign())
        .isEqualTo(
            "ACS3-HMAC-SHA256\nd46c88d763d48bd845e20a9575d50fcc299d0741f082da0b86235c7605312fb9");
    assertThat(signed.signature("YourAccessKeySecret"))
        .isEqualTo("b3849952c8553634a407650e354e7a30dc1bdb21f62ee9246fe134bfa4b83e0a");
  }

  @Test
  void encodesEverythingButTheUnreserved() {
    assertThat(PercentCoding.encode("aZ09-_.~ *+/=&é€"))
        .isEqualTo("aZ09-_.~%20%2A%2B%2F%3D%26%C3%A9%E2%82%AC");
    assertThat(PercentCoding.decode("aZ09-_.~%20%2A%2b%2F%3D%26%C3%A9%E2%82%AC"))
        .isEqualTo("aZ09-_.~ *+/=&é€");
  }

  @Test
  void decodesAPlusSignAsOneAndRefusesWhatIsNotEncoded() {
    assertThat(PercentCoding.decode("a+b")).isEqualTo("a+b");
    assertThat(PercentCoding.decode("100%")).isNull();
    assertThat(PercentCoding.decode("%4")).isNull();
    assertThat(PercentCoding.decode("%zz")).isNull();
    assertThat(PercentCoding.decode("%C3%28")).isNull();
  }

  private static Acs3 sign(
      String method,
      String path,
      String host,
      String action,
      String version,
      String date,
      Map<String, String> query) {
    var headers =
        new ArrayList<>(
            List.of(
                new Header("host", host),
                new Header("x-acs-action", action),
                new Header("x-acs-version", version),
                new Header("x-acs-date", date),
                new Header("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
                new Header("x-acs-content-sha256", EMPTY_HASH)));
    headers.sort(Comparator.comparing(Header::name));
    var request = new RawRequest(method, path, null, headers, Body.NONE);
    return Acs3.of(request, new TreeMap<>(query), headers.stream().map(Header::name).toList());
  }
}
