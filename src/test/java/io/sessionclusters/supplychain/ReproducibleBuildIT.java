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
package io.sessionclusters.supplychain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A build of the same sources in another place, without the tests: what comes of it. */
class ReproducibleBuildIT {

  private static final String JAR = "session-cluster-operator-0.1.0-SNAPSHOT.jar";

  @TempDir private static Path elsewhere;

  @BeforeAll
  static void buildAgain() throws Exception {
    for (String part : List.of("pom.xml", "src/main", "src/license")) {
      copy(Path.of(part), elsewhere.resolve(part));
    }
    Path log = elsewhere.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "mvn",
                "-B",
                "-Dmaven.test.skip=true",
                // Formatter, CRDs and dependency analysis look at the tests, too.
                "-Dexec.skip=true",
                "-Dmdep.analyze.skip=true",
                "package")
            .directory(elsewhere.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("maven.jdk"));
    Process maven = builder.start();
    try {
      assertThat(maven.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(maven.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      maven.destroyForcibly();
    }
  }

  @Test
  void theJarHasTheSameBytes() {
    assertThat(elsewhere.resolve("target").resolve(JAR))
        .hasSameBinaryContentAs(Path.of("target", JAR));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theImageHasTheSameBytesButForTheCache() {
    String image = "target/image/without-cache.tar";
    assertThat(elsewhere.resolve(image)).hasSameBinaryContentAs(Path.of(image));
  }

  @Test
  void theBillOfMaterialsNamesWhatShipsAndItsLicences() throws IOException {
    JsonNode bom = new ObjectMapper().readTree(elsewhere.resolve("target/bom.json").toFile());
    Map<String, Integer> licences = new TreeMap<>();
    for (JsonNode component : bom.get("components")) {
      licences.put(component.get("name").asText(), component.path("licenses").size());
    }

    assertThat(bom.get("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(licences)
        .containsKeys(
            "kubernetes-client-api", "operator-framework-core", "httpclient5", "jackson-databind")
        .doesNotContainKeys("junit-jupiter", "jazzer-junit", "org.jacoco.agent");
    assertThat(bom.has("serialNumber")).as("a number by chance").isFalse();
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(
            file.equals(from) && Files.isRegularFile(file) ? to.getParent() : copy.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, file.equals(from) ? to : copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
