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
package io.sessionclusters.programs.bench;

import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.Kubeconfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What else can be done with the same objects, on the same control plane, in the same run.
 *
 * @param account may do what the operator may
 * @param mirrors file of the operator's mirrors, as the API server lists them
 */
record Floors(ControlPlane plane, Config account, Path mirrors) {

  private static final int IN_FLIGHT = 16;
  private static final int PLAIN_POLLS = 3;

  /**
   * What {@link PlainReconciler} costs.
   *
   * @param unchangedCpuMicros per session, of the last of three polls
   */
  record Plain(double firstSyncSeconds, double unchangedCpuMicros) {}

  /** Seconds for two writes of each mirror, 16 in flight. */
  double bareWriter() {
    String owner = sourceIn("floor");
    Process writer =
        start(
            Programs.java(
                List.of("-Xmx4g"),
                BareWriter.class,
                ApiServer.of(account).url(),
                account.getCaCertFile(),
                account.getOauthToken(),
                "floor",
                owner,
                Integer.toString(IN_FLIGHT),
                mirrors.toString()));
    try (BufferedReader output = writer.inputReader()) {
      return number(output) / 1e3;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.destroyForcibly().onExit().join();
    }
  }

  /** The plainest reconciler. */
  Plain plainReconciler(int sessions) {
    String owner = sourceIn("plain");
    DeployedControlPlane.grant(
        plane.admin(),
        "plain",
        "plain",
        List.of(
            new PolicyRuleBuilder()
                .withApiGroups("sessionclusters.io")
                .withResources("sessionclusters/status")
                .withVerbs("patch")
                .build()));
    Process plain;
    try {
      plain =
          start(
              Programs.java(
                  List.of("-Xmx4g"),
                  PlainReconciler.class,
                  Kubeconfig.write(account, Files.createTempFile("plain-", ".kubeconfig"))
                      .toString(),
                  "plain",
                  owner,
                  mirrors.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessFigures figures = new ProcessFigures(plain.pid());
    try (BufferedReader output = plain.inputReader()) {
      double first = number(output) / 1e3;
      for (int poll = 2; poll < PLAIN_POLLS; poll++) {
        number(output);
      }
      ProcessFigures.Cpu before = figures.cpu();
      number(output);
      ProcessFigures.Cpu last = figures.cpu().minus(before);
      return new Plain(first, (last.cpuNanos() - last.compilerNanos()) / 1e3 / sessions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      plain.destroyForcibly().onExit().join();
    }
  }

  /** Makes a namespace with a source that the operator leaves alone, and returns its uid. */
  private String sourceIn(String namespace) {
    plane.kubectl().run("create", "namespace", namespace);
    plane
        .kubectl()
        .runWithInput(
            """
            apiVersion: sessionclusters.io/v1alpha1
            kind: SessionClusterSource
            metadata: {name: bench-0, namespace: %s}
            spec: {regionId: cn-hangzhou, workspaceId: w-floor, suspend: true}
            """
                .formatted(namespace),
            "apply",
            "-f",
            "-");
    return plane
        .kubectl()
        .run("-n", namespace, "get", "sscs", "bench-0", "-o", "jsonpath={.metadata.uid}");
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line that is a number; others are the log's. */
  private static long number(BufferedReader output) throws IOException {
    String line = output.readLine();
    while (line != null && !line.matches("\\d+")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the floor's program failed");
    }
    return Long.parseLong(line);
  }
}
