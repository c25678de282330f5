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

import static io.sessionclusters.cloud.ListerFixture.KEY;
import static io.sessionclusters.cloud.ListerFixture.LONG;
import static io.sessionclusters.cloud.ListerFixture.failure;
import static io.sessionclusters.cloud.ListerFixture.lister;
import static io.sessionclusters.cloud.ListerFixture.page;
import static io.sessionclusters.cloud.ListerFixture.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.cloud.CloudError.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListerTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @Test
  void aCertificateOfNobodyIsNotTrusted(@TempDir Path directory) throws Exception {
    try (var server =
            new RawServer(
                tlsSocket(selfSigned(directory)),
                (request, out) -> RawServer.send(out, 200, "", page(1, 1, "")));
        var lister = lister()) {
      var query = query(URI.create("https://localhost:" + server.port()));
      CloudError error = failure(lister.list(query, KEY, LONG));

      assertThat(error.kind()).isEqualTo(Kind.TLS_FAILED);
      assertThat(error.message()).contains("certificate", "localhost");
      assertThat(server.requests()).as("nothing is sent over it").isEmpty();
    }
  }

  /** Java has no API to make a certificate; its keytool does. */
  private static Path selfSigned(Path directory) throws IOException, InterruptedException {
    Path keyStore = directory.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                new String(PASSWORD),
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost")
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
    return keyStore;
  }

  private static ServerSocket tlsSocket(Path keyStoreFile)
      throws IOException, GeneralSecurityException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStoreFile)) {
      keyStore.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(keyStore, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }
}
