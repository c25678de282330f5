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

import io.sessionclusters.fakecloud.RawRequest.Header;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Verifies who sent a request, as strictly as the API's description allows: every {@code x-acs-*}
 * header and the host must be signed, the clock may be 15 minutes off, a nonce serves once.
 */
final class Authenticator {

  private static final Duration MAX_SKEW = Duration.ofMinutes(15);
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
  private static final List<String> REQUIRED =
      List.of(
          "x-acs-action",
          "x-acs-version",
          "x-acs-date",
          "x-acs-signature-nonce",
          "x-acs-content-sha256");

  private final Accounts accounts;
  private final Nonces nonces = new Nonces();

  Authenticator(Accounts accounts) {
    this.accounts = accounts;
  }

  /**
   * @param query of the request, decoded
   * @param now the cloud's time
   * @throws ApiErrorException if the request is not authentic
   */
  void verify(RawRequest request, SortedMap<String, String> query, Instant now)
      throws ApiErrorException {
    for (String name : REQUIRED) {
      check(request.header(name) != null, ApiError.missingParameter(name));
    }
    check(request.has("authorization"), ApiError.missingParameter("Authorization"));
    Authorization authorization = Authorization.of(request);
    if (authorization == null) {
      throw new ApiErrorException(ApiError.invalidParameter("Authorization"));
    }
    verifyDate(request, now);
    Accounts.Key key = verifyKey(request, authorization.keyId());
    verifySignature(request, query, authorization, key.secret());
    check(!key.expired(), ApiError.named("InvalidSecurityToken.Expired"));
    String nonce = String.valueOf(request.header("x-acs-signature-nonce"));
    check(nonces.use(nonce, now), ApiError.named("SignatureNonceUsed"));
  }

  private static void verifyDate(RawRequest request, Instant now) throws ApiErrorException {
    String sent = String.valueOf(request.header("x-acs-date"));
    Instant date = date(sent);
    if (date == null) {
      throw new ApiErrorException(ApiError.invalidParameter("x-acs-date"));
    }
    Duration skew = Duration.between(date, now).abs();
    check(skew.compareTo(MAX_SKEW) <= 0, ApiError.named("InvalidTimeStamp.Expired"));
  }

  private static @Nullable Instant date(String sent) {
    if (!DATE.matcher(sent).matches()) {
      return null;
    }
    try {
      return Instant.parse(sent);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private Accounts.Key verifyKey(RawRequest request, String id) throws ApiErrorException {
    Accounts.Key key = accounts.get(id);
    String token = request.header("x-acs-security-token");
    // A temporary key without its token is no key at all.
    if (key == null || (key.securityToken() != null && token == null)) {
      throw new ApiErrorException(ApiError.named("InvalidAccessKeyId.NotFound"));
    }
    check(key.active(), ApiError.named("InvalidAccessKeyId.Inactive"));
    if (token != null && !token.equals(key.securityToken())) {
      throw new ApiErrorException(
          new ApiError(
              "InvalidSecurityToken.MismatchWithAccessKey",
              400,
              "Specified SecurityToken mismatch with the AccessKey."));
    }
    String repeated = request.header("x-acs-accesskey-id");
    check(repeated == null || repeated.equals(id), ApiError.invalidParameter("x-acs-accesskey-id"));
    return key;
  }

  private static void verifySignature(
      RawRequest request,
      SortedMap<String, String> query,
      Authorization authorization,
      String secret)
      throws ApiErrorException {
    Acs3 expected = Acs3.of(request, query, authorization.signedHeaders());
    ApiError mismatch = ApiError.signatureDoesNotMatch(expected);
    List<String> signed = authorization.signedHeaders();
    for (Header header : request.headers()) {
      boolean once = request.header(header.name()) != null;
      check(!mustBeSigned(header.name()) || (once && signed.contains(header.name())), mismatch);
    }
    for (String name : signed) {
      check(request.has(name), mismatch);
    }
    check(Acs3.bodyHash(request).equals(request.header("x-acs-content-sha256")), mismatch);
    check(same(expected.signature(secret), authorization.signature()), mismatch);
  }

  private static boolean mustBeSigned(String name) {
    return name.equals("host") || name.equals("content-type") || name.startsWith("x-acs-");
  }

  private static boolean same(String expected, String sent) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
  }

  private static void check(boolean holds, ApiError otherwise) throws ApiErrorException {
    if (!holds) {
      throw new ApiErrorException(otherwise);
    }
  }
}
