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
package io.sessionclusters.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CredentialsProvider;
import io.sessionclusters.source.PollSpec.CredentialsRef;
import io.sessionclusters.source.SourcePoll.PollEndedException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CredentialsReaderTest {

  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(CredentialsReader.class);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    LOGGER.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    LOGGER.detachAppender(log);
  }

  @Test
  void aFailureOfTheTokenServiceIsLoggedWithWhatItsSupportAsksFor() {
    var refused =
        new CloudError(
            CloudError.Kind.ROLE_DENIED, "NoPermission", 403, "Not allowed.", "C3E62777", null);
    CredentialsProvider refuses = () -> new CredentialsProvider.CredentialsResult.Failed(refused);

    try (KubernetesClient unused = new KubernetesClientBuilder().build()) {
      var reader = new CredentialsReader(unused, refuses, Set.of("*"));
      assertThatThrownBy(() -> reader.read("spark", new CredentialsRef(null, null)))
          .isInstanceOf(PollEndedException.class);
    }

    assertThat(log.list).hasSize(1);
    assertThat(
            log.list.getFirst().getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value))))
        .containsEntry("kind", "ROLE_DENIED")
        .containsEntry("code", "NoPermission")
        .containsEntry("status", "403")
        .containsEntry("requestId", "C3E62777");
  }
}
