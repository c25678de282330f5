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
package io.sessionclusters.simulation;

import io.sessionclusters.cloud.http.Transport;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** The requests of one life of a process to the cloud, with what is planned for them. */
record BoundaryTransport(SimProcess process, SimThreads threads, Transport cloud)
    implements Transport {

  @Override
  public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) throws IOException {
    SimProcess.Numbered numbered =
        process.number(request.getMethod() + " " + request.getRequestUri());
    process
        .world()
        .kernel()
        .note(
            () ->
                "%s #%d cloud %s %s"
                    .formatted(
                        process.actor(),
                        numbered.number(),
                        request.getMethod(),
                        request.getRequestUri()));
    ClassicHttpResponse answer = cloud.send(endpoint, request);
    switch (numbered.act()) {
      case Boundary.KillAfter(Duration restartAfter) -> {
        if (!threads.isDead()) {
          process.killedBy(restartAfter);
        }
        threads.killFromWithin();
      }
      case Boundary.LoseAnswer _ -> throw new SocketException("Connection reset");
      case null, default -> {}
    }
    return answer;
  }

  @Override
  public String destination(URI endpoint) {
    return cloud.destination(endpoint);
  }

  @Override
  public void close() {
    cloud.close();
  }
}
