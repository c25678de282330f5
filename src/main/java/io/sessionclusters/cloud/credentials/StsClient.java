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
package io.sessionclusters.cloud.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.http.ApiClient;
import io.sessionclusters.cloud.http.ApiClient.CallResult;
import io.sessionclusters.cloud.http.BoundedInputStream;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.CloudErrors;
import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import io.sessionclusters.cloud.http.MalformedResponseException;
import io.sessionclusters.cloud.http.SignedRequest;
import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.time.Timers;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.core5.http.message.BasicNameValuePair;

/**
 * The Security Token Service (API version 2015-04-01), which gives out temporary keys.
 *
 * <p>Nothing is retried or kept here. Safe for use by many threads.
 *
 * @see <a
 *     href="https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole">AssumeRole</a>
 */
public final class StsClient implements AutoCloseable {

  /** Names the operator in the account's audit log. */
  public static final String SESSION_NAME = "session-cluster-operator";

  /**
   * Seconds. No role's own limit is lower, and a role that was assumed by a role may have no more.
   */
  private static final String DURATION = "3600";

  private static final String VERSION = "2015-04-01";

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** A key with its token has 2 KiB. */
  private static final int MAX_BYTES = 64 * 1024;

  private final URI endpoint;
  private final Duration timeout;
  private final Clock clock;
  private final ApiClient api;

  /**
   * Opens no connection yet.
   *
   * @param endpoint scheme, host and optional port
   * @param settings the response timeout bounds a whole request here
   * @param transport is closed with this
   * @param clock dates the requests
   * @param timers end the timeouts
   */
  public StsClient(
      URI endpoint, ClientSettings settings, Transport transport, Clock clock, Timers timers) {
    this.endpoint = endpoint;
    this.timeout = settings.responseTimeout();
    this.clock = clock;
    this.api = new ApiClient(transport, CloudErrors.STS, settings, clock, timers);
  }

  /**
   * Assumes a role for an hour.
   *
   * @param base the key that assumes it
   * @return found or failed
   * @throws InterruptedException if the calling thread is interrupted
   */
  CredentialsResult assumeRole(Credentials base, AssumedRole role) throws InterruptedException {
    if (!base.wellFormed()) {
      return new CredentialsResult.Failed(CloudErrors.malformedKey());
    }
    var parameters = new TreeMap<String, String>();
    parameters.put("RoleArn", role.arn());
    parameters.put("RoleSessionName", SESSION_NAME);
    parameters.put("DurationSeconds", DURATION);
    if (role.externalId() != null) {
      parameters.put("ExternalId", role.externalId());
    }
    var signed =
        SignedRequest.sign(
            new SignedRequest.Call("POST", "AssumeRole", VERSION, endpoint, "/", parameters),
            base,
            clock.instant(),
            UUID.randomUUID().toString());
    return call(signed.toHttp(), new ErrorTextSanitizer(base));
  }

  /**
   * Assumes a role for an hour with the token of the operator's service account, as its file holds
   * it now. The token proves who asks, so the request has no signature.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  CredentialsResult assumeRole(Identity.OidcRole role) throws InterruptedException {
    String token;
    try {
      token = Files.readString(Path.of(role.tokenFile())).strip();
    } catch (IOException | InvalidPathException _) {
      return new CredentialsResult.None(
          "the token file of the operator's service account cannot be read");
    }
    var query =
        Map.of(
            "Action",
            "AssumeRoleWithOIDC",
            "Version",
            VERSION,
            "Format",
            "JSON",
            "Timestamp",
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
            "SignatureNonce",
            UUID.randomUUID().toString());
    var request = new HttpUriRequestBase("POST", SignedRequest.uri(endpoint, "/", query));
    request.setHeader("accept", "application/json");
    request.setEntity(
        new UrlEncodedFormEntity(
            List.of(
                new BasicNameValuePair("RoleArn", role.roleArn()),
                new BasicNameValuePair("OIDCProviderArn", role.providerArn()),
                new BasicNameValuePair("OIDCToken", token),
                new BasicNameValuePair("RoleSessionName", role.sessionName()),
                new BasicNameValuePair("DurationSeconds", DURATION)),
            StandardCharsets.UTF_8));
    return call(request, new ErrorTextSanitizer(List.of(new SecretValue(token))));
  }

  /** Breaks off what is under way and closes all connections. */
  @Override
  public void close() {
    api.close();
  }

  private CredentialsResult call(HttpUriRequestBase request, ErrorTextSanitizer sanitizer)
      throws InterruptedException {
    return switch (api.call(endpoint, request, timeout, sanitizer, StsClient::credentials)) {
      case CallResult.Success<CredentialsResult.Found>(CredentialsResult.Found found) -> found;
      case CallResult.Failed<CredentialsResult.Found>(CloudError error) ->
          new CredentialsResult.Failed(error.after("STS returned no temporary credentials. "));
    };
  }

  private static CredentialsResult.Found credentials(InputStream body) throws IOException {
    JsonNode key;
    try {
      key =
          JSON.readTree(new BoundedInputStream(body, MAX_BYTES).readAllBytes()).path("Credentials");
    } catch (JsonProcessingException | CharConversionException _) {
      throw new MalformedResponseException(Kind.NOT_JSON, "");
    }
    String id = key.path("AccessKeyId").asText("");
    String secret = key.path("AccessKeySecret").asText("");
    String token = key.path("SecurityToken").asText("");
    if (id.isBlank() || secret.isBlank() || token.isBlank()) {
      throw new MalformedResponseException(Kind.WRONG_TYPES, "");
    }
    try {
      return new CredentialsResult.Found(
          new Credentials(id, new SecretValue(secret), new SecretValue(token)),
          Instant.parse(key.path("Expiration").asText("")));
    } catch (DateTimeParseException _) {
      throw new MalformedResponseException(Kind.WRONG_TYPES, "");
    }
  }
}
