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
package io.sessionclusters.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.kubernetes.WriteResult;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.mirror.ServedSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;

/** Listing after listing, with mirrors and Secrets in an API server. */
abstract class ServedSecrets {

  static final Duration PERIOD = Duration.ofMinutes(50);
  static final String GET = "get sc-1-connection";
  static final String UPDATE = "update sc-1-connection";
  static final String DELETE = "delete sc-1-connection";

  @AutoClose final ServedSource source = new ServedSource();
  ConnectionChecks checks = new ConnectionChecks();
  boolean asked = true;
  OperatorSettings.@Nullable ConnectionSecretSettings settings =
      new OperatorSettings.ConnectionSecretSettings(PERIOD);
  ConnectionReport report = ConnectionReport.NONE;
  WriteResult<MirrorChange> written = WriteResult.none();

  void kept(String... ids) throws InterruptedException {
    listed(Arrays.stream(ids).map(ServedSecrets::thrift).toArray(CloudSession[]::new));
    for (String id : ids) {
      assertThat(source.reference(id)).isEqualTo(id + "-connection");
    }
    source.watch();
    source.server.requests();
  }

  /** What a listing asks of the Secrets. */
  List<String> requests(CloudSession... sessions) throws InterruptedException {
    source.server.requests();
    listed(sessions);
    return source.requests("secrets");
  }

  void listed(CloudSession... sessions) throws InterruptedException {
    var secrets =
        new ConnectionSecrets(source.writes, settings, source.clock)
            .begin(Mirrors.SOURCE, asked, checks, () -> source.wanted);
    written = source.listed(secrets, sessions);
    report = secrets.report();
  }

  static CloudSession thrift(String id) {
    return with(
        with(Sessions.running(id), "kind", "THRIFT"),
        "connectionToken",
        new SecretValue("token-of-" + id));
  }

  static CloudSession rotated(String id) {
    return with(thrift(id), "connectionToken", new SecretValue("rotated"));
  }

  static CloudSession with(CloudSession session, String field, @Nullable Object value) {
    return Sessions.with(session, field, value);
  }

  String token(String mirror) {
    return new String(
        Base64.getDecoder().decode(secret(mirror).getData().get("token")), StandardCharsets.UTF_8);
  }

  void edit(String mirror, Consumer<Secret> change) {
    source.server.edit(secret(mirror), change);
  }

  Secret secret(String mirror) {
    return Objects.requireNonNull(find(mirror));
  }

  @Nullable Secret find(String mirror) {
    return source.server.find(named(mirror).build());
  }

  static Secret others(String mirror) {
    return named(mirror).addToData("theirs", "MQ==").build();
  }

  static SecretBuilder named(String mirror) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(Mirrors.NAMESPACE)
        .withName(mirror + "-connection")
        .endMetadata();
  }
}
