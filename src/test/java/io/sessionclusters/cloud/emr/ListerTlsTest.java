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
package io.sessionclusters.cloud.emr;

import static io.sessionclusters.cloud.emr.ListerFixture.KEY;
import static io.sessionclusters.cloud.emr.ListerFixture.LONG;
import static io.sessionclusters.cloud.emr.ListerFixture.failure;
import static io.sessionclusters.cloud.emr.ListerFixture.lister;
import static io.sessionclusters.cloud.emr.ListerFixture.page;
import static io.sessionclusters.cloud.emr.ListerFixture.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.support.TestCertificate;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListerTlsTest {

  @Test
  void aCertificateOfNobodyIsNotTrusted(@TempDir Path directory) throws Exception {
    try (var server =
            new RawServer(
                TestCertificate.make(directory, "dns:localhost")
                    .context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                (request, out) -> RawServer.send(out, 200, "", page(1, 1, "")));
        var lister = lister()) {
      var query = query(URI.create("https://localhost:" + server.port()));
      CloudError error = failure(lister.list(query, KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.TLS_FAILED);
      assertThat(error.message()).contains("certificate", "localhost");
      assertThat(server.requests()).as("nothing is sent over it").isEmpty();
    }
  }
}
