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
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.JavaProgram;
import io.sessionclusters.support.ProcessFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What else can be done with the same objects, on the same control plane, in the same run.
 *
 * @param kubeconfig of an account that may do what the operator may
 * @param mirrors file of the operator's mirrors, as the API server lists them
 */
record Floors(ControlPlane plane, Path kubeconfig, Path mirrors) {

  /** The name of the source that the operator's mirrors have as their owner. */
  static final String SOURCE = "bench-0";

  private static final int PLAIN_POLLS = 3;

  /**
   * What {@link PlainReconciler} costs.
   *
   * @param unchangedCpuMicros per session, of the last of three polls
   */
  record Plain(double firstSyncSeconds, double unchangedCpuMicros) {}

  /** Seconds for two writes of each mirror, 16 in flight. */
  double bareWriter() {
    Process writer = start(BareWriter.class, "floor", sourceIn("floor"));
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
    Process plain = start(PlainReconciler.class, "plain", owner);
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
            metadata: {name: %s, namespace: %s}
            spec: {regionId: %s, workspaceId: w-floor, suspend: true}
            """
                .formatted(SOURCE, namespace, BenchCloud.REGION),
            "apply",
            "-f",
            "-");
    return plane
        .kubectl()
        .run("-n", namespace, "get", "sscs", SOURCE, "-o", "jsonpath={.metadata.uid}");
  }

  /** Starts a program that writes the mirrors into a namespace of its own. */
  private Process start(Class<?> program, String namespace, String owner) {
    try {
      return new ProcessBuilder(
              JavaProgram.command(
                  List.of("-Xmx4g"),
                  program,
                  kubeconfig.toString(),
                  namespace,
                  owner,
                  mirrors.toString()))
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
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
