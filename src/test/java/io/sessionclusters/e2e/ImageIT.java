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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.image.ImageArchive;
import io.sessionclusters.image.ImageArchive.Layer;
import io.sessionclusters.image.ImageFiles;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Scrape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The image that the build made, upon nothing: neither a registry nor a container is needed. */
@EnabledOnOs(OS.LINUX)
class ImageIT {

  private static final Path BUILT = Path.of("target", "image");

  /** What a container is given to end by itself; Kubernetes gives 30 s. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  private static final int SIGTERM = 128 + 15;

  @TempDir private static Path folder;

  private static ImageArchive image;
  private static ImageFiles files;

  @BeforeAll
  static void open() {
    image = ImageArchive.open(BUILT.resolve("without-base.tar"), folder.resolve("image"));
    files = image.unpack();
  }

  @Test
  void whatChangesLeastLiesLowest() {
    Map<String, List<String>> contents = new TreeMap<>();
    image.layers().forEach(layer -> contents.put(layer.name(), layer.files()));

    assertThat(image.layers())
        .extracting(Layer::name)
        .containsExactly("Java runtime", "libraries", "operator", "start-up cache");
    assertThat(contents.get("Java runtime")).allMatch(path -> path.startsWith("/opt/java/"));
    assertThat(contents.get("libraries")).allMatch(path -> path.matches("/app/libs/[^/]+[.]jar"));
    assertThat(contents.get("operator"))
        .containsExactlyInAnyOrder(
            "/app/classpath/session-cluster-operator-0.1.0-SNAPSHOT.jar",
            "/app/jib-classpath-file",
            "/app/jib-main-class-file");
    assertThat(contents.get("start-up cache")).containsExactly("/app/start-up.aot");
  }

  @Test
  void itSaysWhatItIsAndRunsAsNobody() {
    assertThat(image.config().at("/config/User").asText()).isEqualTo("65532:65532");
    assertThat(image.config().at("/config/ExposedPorts").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("8080/tcp", "8081/tcp");
    assertThat(image.config().at("/config/Labels").properties())
        .extracting(label -> label.getKey() + "=" + label.getValue().asText())
        .containsExactlyInAnyOrder(
            "org.opencontainers.image.title=session-cluster-operator",
            "org.opencontainers.image.description=Mirrors the sessions of Alibaba Cloud"
                + " EMR Serverless Spark into Kubernetes.",
            "org.opencontainers.image.version=0.1.0-SNAPSHOT",
            "org.opencontainers.image.licenses=Apache-2.0");
    assertThat(image.entrypoint())
        .startsWith("/opt/java/bin/java", "-XX:AOTCache=/app/start-up.aot")
        .endsWith("-cp", "@/app/jib-classpath-file", "io.sessionclusters.Main")
        // A cache that does not fit costs time, and must cost nothing else.
        .noneMatch(word -> word.contains("AOTMode"));
  }

  @Test
  void nothingOfTheBuildIsInIt() throws IOException {
    assertThat(image.config().toString())
        .doesNotContain(System.getProperty("user.home"), Path.of("").toAbsolutePath().toString());
    assertThat(image.config().at("/config/Env")).isEmpty();
    assertThat(image.config().get("history"))
        .allSatisfy(
            step -> assertThat(step.get("created_by").asText()).startsWith("jib-maven-plugin:"));
    assertThat(image.layers())
        .flatExtracting(Layer::files)
        .noneMatch(path -> path.matches(".*/([.][^/]*|[^/]*([.]sh|junit|jazzer|-tests)[^/]*)"));
    try (Stream<Path> all = Files.walk(files.root())) {
      assertThat(all.filter(path -> !path.equals(files.root())))
          .allSatisfy(ImageIT::isAsOldAsEveryOtherFileAndOnlyForReading);
    }
  }

  private static void isAsOldAsEveryOtherFileAndOnlyForReading(Path path) throws IOException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    assertThat(mode & 07022).as("special bits, or write permission, of %s", path).isZero();
    assertThat(Files.getLastModifiedTime(path).toInstant()).isEqualTo(Instant.ofEpochSecond(1));
  }

  @Test
  void anotherRunOfTheBuilderMakesTheSameLayers() {
    // The one that the cache was trained with; the layers were made twice.
    ImageArchive without =
        ImageArchive.open(BUILT.resolve("without-cache.tar"), folder.resolve("without-cache"));

    assertThat(without.layers())
        .extracting(Layer::digest)
        .isEqualTo(image.layers().subList(0, 3).stream().map(Layer::digest).toList());
    assertThat(without.entrypoint()).isEqualTo(image.entrypoint());
  }

  @Test
  void itsJavaHasEveryModuleThatTheJarsReferTo() throws IOException {
    StringWriter output = new StringWriter();
    int status;
    try (Stream<Path> libraries = Files.list(files.under("/app/libs"));
        Stream<Path> operator = Files.list(files.under("/app/classpath"))) {
      String[] jars = Stream.concat(libraries, operator).map(Path::toString).toArray(String[]::new);
      // OkHttp says of these that they are modules.
      String modules =
          Stream.of(jars)
              .filter(jar -> jar.contains("/okio-jvm-") || jar.contains("/kotlin-stdlib-"))
              .collect(Collectors.joining(":"));
      String[] options = {
        "--multi-release",
        "25",
        "--ignore-missing-deps",
        "--print-module-deps",
        "--module-path",
        modules,
        "--class-path",
      };
      String[] arguments =
          Stream.of(Stream.of(options), Stream.of(String.join(":", jars)), Stream.of(jars))
              .flatMap(words -> words)
              .toArray(String[]::new);
      status =
          ToolProvider.findFirst("jdeps")
              .orElseThrow()
              .run(new PrintWriter(output), new PrintWriter(output), arguments);
    }
    String[] lines = output.toString().split("\n", -1);
    assertThat(status).as(output.toString()).isZero();
    Set<String> needed = new TreeSet<>(Arrays.asList(lines[lines.length - 2].split(",", -1)));
    // Of the first only java.beans is meant, by parts of Jackson and SnakeYAML that do without it;
    // of the second only annotations for compilers.
    needed.removeAll(Set.of("java.desktop", "java.compiler"));

    String release = Files.readString(files.under("/opt/java/release"));
    assertThat(release.lines().filter(line -> line.startsWith("MODULES=")).findFirst())
        .get()
        .satisfies(
            line ->
                assertThat(line.substring("MODULES=".length()).replace("\"", "").split(" ", -1))
                    .containsAll(needed));
  }

  @Test
  void itsOwnJavaTakesTheCacheAndTheOperatorMirrors() {
    int metrics = FreePort.any();
    List<String> command = new ArrayList<>(files.command("-XX:AOTMode=on"));
    command.add("--metrics-port=" + metrics);
    try (var scene = Scene.withoutOperator();
        var operator = OperatorProcess.start(scene, command)) {
      mirrors(scene, operator);
      assertThat(Scrape.from(metrics).families()).contains("jvm_memory_used_bytes");
      operator.terminate();

      assertThat(operator.awaitExit(GRACE)).as(operator.log()).isIn(0, SIGTERM);
      assertThat(operator.log()).doesNotContain("[aot]", "WARN", "ERROR");
    }
  }

  @Test
  void aCacheThatDoesNotFitStopsNothing() {
    try (var scene = Scene.withoutOperator();
        // Another layout of objects than the cache's.
        var operator =
            OperatorProcess.start(
                scene,
                files.command().stream()
                    .map(
                        word ->
                            word.replace("+UseCompactObjectHeaders", "-UseCompactObjectHeaders"))
                    .toList())) {
      mirrors(scene, operator);

      assertThat(operator.log()).contains("[aot]");
    }
  }

  private static void mirrors(Scene scene, OperatorProcess operator) {
    scene.workspace.put(FakeSession.thrift("sc-1"));
    scene.applySource("image");
    Scene.eventually()
        .untilAsserted(() -> assertThat(operator.isAlive()).as(operator.log()).isTrue());
    Scene.eventually()
        .untilAsserted(
            () -> {
              assertThat(operator.isAlive()).as(operator.log()).isTrue();
              assertThat(scene.mirroredStates()).isEqualTo(Map.of("sc-1", "Running"));
            });
  }
}
