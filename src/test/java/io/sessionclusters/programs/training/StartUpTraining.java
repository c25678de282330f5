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
package io.sessionclusters.programs.training;

import io.sessionclusters.e2e.OperatorProcess;
import io.sessionclusters.e2e.Scene;
import io.sessionclusters.fakecloud.FakeCloud;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.image.ImageArchive;
import io.sessionclusters.image.ImageFiles;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.FreePort;
import io.sessionclusters.support.Scrape;
import io.sessionclusters.support.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Has the JVM of the image make its cache: loaded and linked classes, and what was called how
 * often. The operator runs out of the image's files, as the cache holds for exactly these; it
 * starts, lists over TLS, mirrors, follows changes, is scraped, and is told to end.
 */
final class StartUpTraining {

  private static final int SESSIONS = 300;

  /** The JVM ends when it has written the cache, by means of a second JVM. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private StartUpTraining() {}

  /**
   * Called by the build.
   *
   * @param args the image's archive, a folder to unpack it in, the cache to write
   */
  public static void main(String... args) throws IOException {
    Path folder = Path.of(args[1]);
    ImageFiles image = ImageArchive.open(Path.of(args[0]), folder).unpack();
    Path cache = Path.of(args[2]);
    Files.createDirectories(cache.getParent());
    var certificate = TestCertificate.make(folder, "ip:127.0.0.1");
    try (var plane = ControlPlane.start()) {
      plane.kubectl().run("apply", "-k", "deploy");
      var cloud = FakeCloud.startSecure(InetAddress.getLoopbackAddress(), certificate);
      try (var scene = Scene.withoutOperator(plane, cloud)) {
        List<String> command = new ArrayList<>(image.trainingCommand(cache));
        command.add(1, "-Djavax.net.ssl.trustStore=" + certificate.trustStore());
        command.add(2, "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.PASSWORD);
        int metrics = FreePort.any();
        int probes = FreePort.any();
        command.add("--metrics-port=" + metrics);
        command.add("--probe-port=" + probes);
        train(
            scene,
            command,
            cache,
            () -> {
              Scrape.from(metrics);
              Scrape.page(probes, "/livez");
              Scrape.page(probes, "/readyz");
            });
      }
    }
    // Without one this fails.
    System.out.printf("The start-up cache has %d MiB%n", Files.size(cache) >> 20);
    // kube-api-test's threads would stay.
    System.exit(0);
  }

  private static void train(Scene scene, List<String> command, Path cache, Runnable scrape) {
    IntStream.range(0, SESSIONS).forEach(i -> scene.workspace.put(FakeSession.thrift("sc-" + i)));
    scene.applySource("training", "interval: 1s", "transitionInterval: 1s");
    try (var operator = OperatorProcess.start(scene, command)) {
      try {
        // Slow: the JVM notes all that it does.
        Scene.eventually().atMost(LIMIT).until(() -> scene.mirrors().size() == SESSIONS);
        scene.awaitReady("training");
        IntStream.range(0, 5).forEach(i -> scrape.run());
        IntStream.range(0, 50)
            .forEach(i -> scene.workspace.update("sc-" + i, s -> s.state("Stopped")));
        scene.workspace.remove("sc-299");
        Scene.eventually().until(() -> scene.mirrors().size() == SESSIONS - 1);
        operator.terminate();
        operator.awaitExit(LIMIT);
      } finally {
        if (!Files.exists(cache)) {
          System.err.print(operator.log());
        }
      }
    }
  }
}
