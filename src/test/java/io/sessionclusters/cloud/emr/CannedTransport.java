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

import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.cloud.http.Transport;
import io.sessionclusters.time.SystemTimers;
import java.net.URI;
import java.time.Clock;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** An API that costs nothing: it answers every request with the same page. */
public final class CannedTransport implements Transport {

  private final byte[] page;

  private CannedTransport(byte[] page) {
    this.page = page;
  }

  /** A lister of that page, without limits of its own. */
  public static HttpSessionClusterLister lister(byte[] page) {
    return new HttpSessionClusterLister(
        ClientSettings.forHeap(Runtime.getRuntime().maxMemory()),
        new CannedTransport(page),
        Clock.systemUTC(),
        SystemTimers.INSTANCE,
        _ -> {});
  }

  @Override
  public ClassicHttpResponse send(URI endpoint, HttpUriRequestBase request) {
    var answer = new BasicClassicHttpResponse(200);
    answer.setEntity(new ByteArrayEntity(page, ContentType.APPLICATION_JSON));
    return answer;
  }

  @Override
  public String destination(URI endpoint) {
    return endpoint.getHost();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
