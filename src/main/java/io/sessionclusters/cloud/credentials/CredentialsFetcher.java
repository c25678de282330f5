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

import com.aliyun.credentials.http.CompatibleUrlConnClient;
import com.aliyun.credentials.http.HttpRequest;
import com.aliyun.credentials.http.HttpResponse;
import com.aliyun.credentials.models.CredentialModel;
import com.aliyun.credentials.provider.ECSMetadataServiceCredentialsFetcher;
import com.aliyun.credentials.provider.URLCredentialProvider;
import io.sessionclusters.cloud.AssumedRole;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.time.SystemTimers;
import io.sessionclusters.time.TimeLimiter;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a temporary key: of a role from STS, of the ECS instance and of a credentials URI by the
 * vendor's library. The library's caches are passed by, its exceptions are never shown, because
 * they quote whole responses, and what hangs is broken off.
 */
final class CredentialsFetcher implements RefreshingCredentialsCache.Source<Identity> {

  private static final Logger log = LoggerFactory.getLogger(CredentialsFetcher.class);

  /** Milliseconds, for one connection and for one read: the metadata service is on the role. */
  private static final int NEAR = 1000;

  /** The same, of a server that may have to ask another one. */
  private static final int FAR = 5000;

  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;

  private final StsClient sts;
  private final Supplier<CompatibleUrlConnClient> connections;

  /** Once it has responded, there is one. */
  private volatile boolean metadataSeen;

  CredentialsFetcher(StsClient sts) {
    this(sts, CompatibleUrlConnClient::new);
  }

  /**
   * @param connections to the metadata service, whose address the library fixes
   */
  CredentialsFetcher(StsClient sts, Supplier<CompatibleUrlConnClient> connections) {
    this.sts = sts;
    this.connections = connections;
  }

  @Override
  public CredentialsResult fetch(Identity identity) throws InterruptedException {
    return switch (identity) {
      case Identity.OidcRole role -> sts.assumeRole(role);
      case Identity.RamRole(Identity.StaticKey(Credentials base), AssumedRole role) ->
          sts.assumeRole(base, role);
      case Identity.EcsRamRole role -> ofInstance(role);
      case Identity.CredentialsUri uri -> ofUri(uri);
      case Identity.StaticKey _, Identity.RamRole _, Identity.Unusable _ ->
          throw new IllegalArgumentException("nothing is fetched for " + identity);
    };
  }

  private CredentialsResult ofInstance(Identity.EcsRamRole role) throws InterruptedException {
    var fetcher =
        new ECSMetadataServiceCredentialsFetcher(role.roleName(), role.withToken(), NEAR, NEAR);
    var connection = new LastStatus(connections.get());
    CredentialModel model = bounded(() -> fetcher.fetch(connection).value());
    metadataSeen |= connection.status > 0;
    if (model != null) {
      return found(model, "the response of the ECS metadata service holds no key");
    }
    if (!role.roleName().isEmpty()) {
      return failed("the ECS metadata service gives no key of the role that is named");
    }
    if (connection.status == NOT_FOUND) {
      return new CredentialsResult.None("the ECS instance has no role");
    }
    return metadataSeen
        ? failed("the ECS metadata service gives no key")
        : new CredentialsResult.None("there is no metadata service");
  }

  private CredentialsResult ofUri(Identity.CredentialsUri uri) throws InterruptedException {
    URLCredentialProvider provider =
        URLCredentialProvider.builder()
            .credentialsURI(uri.uri().toString())
            .connectionTimeout(FAR)
            .readTimeout(FAR)
            .build();
    CredentialModel model = bounded(() -> provider.refreshCredentials().value());
    String problem = "the credentials URI, on " + uri.uri().getHost() + ", gives no key";
    return model == null ? failed(problem) : found(model, problem);
  }

  private static @Nullable CredentialModel bounded(Supplier<CredentialModel> fetch)
      throws InterruptedException {
    return new TimeLimiter(SystemTimers.INSTANCE)
        .call("vendor-credentials", WHOLE, () -> orNull(fetch), () -> {});
  }

  /**
   * The library throws whatever its parsers throw, undeclared, and quotes the response with the key
   * in the message: only the class of an exception may be seen.
   */
  private static @Nullable CredentialModel orNull(Supplier<CredentialModel> fetch) {
    try {
      return fetch.get();
    } catch (RuntimeException e) {
      log.debug("vendor library returned no key: {}", e.getClass().getName());
      return null;
    }
  }

  private static CredentialsResult found(CredentialModel model, String problem) {
    String id = text(model.getAccessKeyId());
    String secret = text(model.getAccessKeySecret());
    if (id.isBlank() || secret.isBlank()) {
      return failed(problem);
    }
    return new CredentialsResult.Found(
        new Credentials(
            id, new SecretValue(secret), new SecretValue(text(model.getSecurityToken()))),
        model.getExpiration() > 0 ? Instant.ofEpochMilli(model.getExpiration()) : null);
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static CredentialsResult failed(String problem) {
    Kind kind = Kind.KEY_SERVICE_FAILED;
    return new CredentialsResult.Failed(CloudError.of(kind, kind.message() + ": " + problem + "."));
  }

  /** Remembers the status of the last response: the library's exceptions hide it. */
  private static final class LastStatus extends CompatibleUrlConnClient {

    private final CompatibleUrlConnClient client;

    /** Of HTTP; 0 if no response came. */
    private volatile int status;

    LastStatus(CompatibleUrlConnClient client) {
      this.client = client;
    }

    @Override
    public HttpResponse syncInvoke(HttpRequest request) {
      status = 0;
      HttpResponse response = client.syncInvoke(request);
      status = response.getResponseCode();
      return response;
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
