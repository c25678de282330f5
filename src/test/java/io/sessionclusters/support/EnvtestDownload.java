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

import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubeapitest.binary.BinaryDownloader;
import io.fabric8.kubeapitest.binary.OSInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches the archive of kube-apiserver, etcd and kubectl that controller-tools publishes. */
interface EnvtestDownload {

  /**
   * Downloads and unpacks the archive.
   *
   * @param folder an empty folder to work in
   * @param version the Kubernetes version, without {@code v}
   * @return the folder below that holds the programs
   * @throws IOException if the archive cannot be had
   */
  Path into(Path folder, String version) throws IOException, InterruptedException;

  /** kube-api-test's own download, kept from waiting for ever. */
  static EnvtestDownload ofKubeApiTest() {
    return (folder, version) -> {
      // kube-api-test opens the URL without time-outs; these are the JDK's for that case.
      System.setProperty("sun.net.client.defaultConnectTimeout", "10000");
      System.setProperty("sun.net.client.defaultReadTimeout", "30000");
      FutureTask<Path> task =
          new FutureTask<>(
              () ->
                  new BinaryDownloader(folder.toString(), new OSInfo()).download(version).toPath());
      Thread.ofVirtual().name("envtest-download").start(task);
      Duration limit = Duration.ofMinutes(10);
      try {
        return task.get(limit.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new IOException("not finished after " + limit.toMinutes() + " minutes", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof KubeAPITestException failure) {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          throw new IOException(cause.toString(), cause);
        }
        throw new IllegalStateException(e.getCause());
      }
    };
  }
}
