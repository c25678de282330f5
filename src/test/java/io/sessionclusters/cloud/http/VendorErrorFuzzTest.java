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
package io.sessionclusters.cloud.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.http.ApiClient.CallResult;
import io.sessionclusters.support.FuzzRun;
import io.sessionclusters.time.SystemTimers;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever the cloud answers, it becomes a failure that can be shown, and shows no secret. */
@ExtendWith(FuzzRun.class)
class VendorErrorFuzzTest {

  private static final Credentials KEY =
      new Credentials(
          "LTAI5tFuzzKeyId",
          new SecretValue("fuzz/Key+Secret"),
          new SecretValue("CAISfuzz/T0ken+="));

  private static final List<String> SECRETS =
      Stream.of("LTAI5tFuzzKeyId", "fuzz/Key+Secret", "CAISfuzz/T0ken+=")
          .flatMap(secret -> Stream.of(secret, CanonicalRequest.percentEncode(secret)))
          .distinct()
          .toList();

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([1-9][0-9]{2})");
  private static final Pattern HEADER = Pattern.compile("([A-Za-z-]+): (.*)");

  /**
   * @param http an answer as it goes over the wire, with single line feeds
   */
  @FuzzTest(maxExecutions = 100_000)
  void anyResponseIsAFailureThatCanBeReported(byte[] http) throws InterruptedException {
    BasicClassicHttpResponse response = response(http);

    CallResult<String> result;
    try (var api =
        new ApiClient(
            new OneResponse(response),
            CloudErrors.EMR,
            ClientSettings.forHeap(1 << 30),
            Clock.systemUTC(),
            SystemTimers.INSTANCE)) {
      result =
          api.call(
              URI.create("https://the.host"),
              new HttpUriRequestBase("GET", URI.create("https://the.host/")),
              Duration.ofMinutes(1),
              new ErrorTextSanitizer(KEY),
              body -> new String(body.readAllBytes(), UTF_8));
    }

    if (!(result instanceof CallResult.Failed<String>(CloudError error))) {
      assertThat(response.getCode()).as("HTTP status of a page").isEqualTo(200);
      return;
    }
    assertThat(error.httpStatus()).isEqualTo(response.getCode());
    assertThat(error.message())
        .isNotBlank()
        .hasSizeLessThanOrEqualTo(512)
        .doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
    assertThat(error.code()).matches("[A-Za-z0-9._:-]{0,128}");
    assertThat(error.requestId()).matches("[A-Za-z0-9._:-]{0,64}");
    assertThat(error.toString()).doesNotContain(SECRETS);
    assertThat(error.message().replace(error.code(), ""))
        .as("without the echo of a signature")
        .doesNotContainPattern("(?i)ACS3-|x-acs-");
    if (error.retryAfter() != null) {
      assertThat(error.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(5));
    }
  }

  /** Takes what it can read for the head; all the rest is the body. */
  private static BasicClassicHttpResponse response(byte[] http) {
    String text = new String(http, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\n\n");
    String head = end < 0 ? "" : text.substring(0, end);
    int body = end < 0 ? 0 : end + 2;
    Matcher status = STATUS.matcher(head);
    var response =
        new BasicClassicHttpResponse(status.lookingAt() ? Integer.parseInt(status.group(1)) : 400);
    head.lines()
        .map(HEADER::matcher)
        .filter(Matcher::matches)
        .forEach(header -> response.addHeader(header.group(1), header.group(2)));
    response.setEntity(
        new InputStreamEntity(
            new ByteArrayInputStream(http, body, http.length - body),
            ContentType.APPLICATION_OCTET_STREAM));
    return response;
  }

  /** A transport over which that response comes to every request. */
  private record OneResponse(ClassicHttpResponse response) implements Transport {

    @Override
    public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) {
      return response;
    }

    @Override
    public String destination(URI endpoint) {
      return endpoint.getHost();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
