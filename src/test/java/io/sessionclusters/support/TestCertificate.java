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
package io.sessionclusters.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that a server of a test signed for itself, in PKCS #12 files.
 *
 * @param keyStore with the key, for the server
 * @param trustStore without it, for clients that shall trust the server
 */
public record TestCertificate(Path keyStore, Path trustStore) {

  /** Of both files; nothing depends on it. */
  public static final String PASSWORD = "changeit";

  private static final String ALIAS = "mykey";

  /**
   * Makes one.
   *
   * @param directory where the files shall lie
   * @param names of the server, as {@code dns:localhost} or {@code ip:127.0.0.1}
   */
  public static TestCertificate make(Path directory, String... names) {
    Path keyStore = directory.resolve("server.p12");
    Path trustStore = directory.resolve("trust.p12");
    try {
      generate(keyStore, names);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, read(keyStore).getCertificate(ALIAS));
      try (OutputStream out = Files.newOutputStream(trustStore)) {
        trusted.store(out, PASSWORD.toCharArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return new TestCertificate(keyStore, trustStore);
  }

  /** For the server. */
  public SSLContext context() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(read(keyStore), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** Java has no API to make a certificate; its keytool does. */
  private static void generate(Path keyStore, String... names) throws IOException {
    Process keytool =
        new ProcessBuilder(
                JavaProgram.jdk("keytool"),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + String.join(",", names))
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IOException("keytool: " + output);
    }
  }
}
